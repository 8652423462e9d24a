import { setTimeout } from "node:timers/promises";
import type { TimeRange } from "@tesela/core";
import type { PartOutput } from "@tesela/registry";
import type { Lease } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { fingerprintSources } from "../../source/source-reader.ts";
import { ableWorkers } from "./able-workers.ts";
import type { PartWork } from "./compute-part.ts";
import { takeParts } from "./take-parts.ts";

/** How often others' parts are looked at, once there are none left to take. */
const POLL_MS = 25;

/**
 * Computes the parts of a range together with the workers that have time, and gives what they came to. A part of a
 * worker that is lost is taken again when its lease is over.
 */
export async function computeInParts(
  context: WorkerContext,
  work: PartWork,
  ranges: readonly TimeRange[],
  lease: Lease,
): Promise<readonly PartOutput[]> {
  const { parts } = context.registry;
  const { id, fence } = work.attempt;
  await parts.create(id, fence, { ranges, sourceFingerprint: fingerprintSources(work.opened.sources) });
  context.failpoint("after-parts");
  await callForHelp(context, work, ranges.length);
  for (;;) {
    await takeParts(context, work, lease.signal, () => reportParts(context, work, lease));
    const outputs = await parts.outputs(id);
    const done = outputs.filter((output) => output !== null);
    if (done.length === ranges.length) return done;
    await setTimeout(POLL_MS, undefined, { signal: lease.signal });
  }
}

/** A message for each worker that could take a part, this one too; where it is lost the part is not. */
async function callForHelp(
  context: WorkerContext,
  { attempt: { id, fence } }: PartWork,
  count: number,
): Promise<void> {
  const { queue, logger } = context;
  const able = await ableWorkers(context);
  if (able < 2) return;
  try {
    for (let call = 0; call < Math.min(able, count); call++) await queue.send("part", { id, fence });
  } catch (cause) {
    logger.warn({ cause, attempt: id }, "no other worker could be called for help");
  }
}

async function reportParts({ registry }: WorkerContext, { attempt }: PartWork, lease: Lease): Promise<void> {
  const outputs = await registry.parts.outputs(attempt.id);
  const done = outputs.filter((output) => output !== null);
  const rows = done.reduce((sum, output) => sum + output.rows, 0);
  const bytes = done.reduce((sum, { file }) => sum + (file?.bytes ?? 0), 0);
  lease.report({ phase: "computing", fraction: done.length / outputs.length, rows, bytes });
}
