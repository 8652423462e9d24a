import { TeselaError } from "@tesela/core";
import type { ClaimedPart } from "@tesela/registry";
import { holdLease, type LeaseReply } from "../../worker/lease.ts";
import type { WorkerContext } from "../../worker/worker-context.ts";
import { fingerprintSources } from "../../source/source-reader.ts";
import { computePart, type PartWork } from "./compute-part.ts";

/** Takes one part after the other, each under a lease of its own, until none is left that nobody works on. */
export async function takeParts(
  context: WorkerContext,
  work: PartWork,
  signal: AbortSignal,
  onPart: () => Promise<void> = async () => undefined,
): Promise<void> {
  const { registry, id, leaseMs } = context;
  const claim = { workerId: id, leaseMs, sourceFingerprint: fingerprintSources(work.opened.sources) };
  for (;;) {
    const part = await registry.parts.claim(work.attempt.id, claim);
    if (part === null) return;
    context.failpoint("after-part-claim");
    await takePart(context, work, part, signal);
    await onPart();
  }
}

/** What goes wrong is thrown, and the part goes back: whoever has the attempt takes it and says why. */
async function takePart(
  context: WorkerContext,
  work: PartWork,
  part: ClaimedPart,
  signal: AbortSignal,
): Promise<void> {
  const { parts } = context.registry;
  const { attempt } = work;
  const beat = async (): Promise<LeaseReply> =>
    (await parts.beat(attempt.id, part, context.leaseMs)) ? "ok" : "fenced";
  const lease = holdLease(beat, context.leaseMs, signal);
  // They belong to no part: the first one counts them.
  const countsTimeless = part.number === 0;
  const one = { range: part.range, name: `part-${part.number}-${part.claims}.parquet`, countsTimeless };
  try {
    await parts.complete(attempt.id, part, await computePart(context, work, one, { signal: lease.signal }));
  } catch (error) {
    await parts.release(attempt.id, part);
    if (!isLost(error, signal)) throw error;
  } finally {
    lease.stop();
  }
}

/** Another worker has the part now: no reason to stop with the others. */
function isLost(error: unknown, signal: AbortSignal): boolean {
  return !signal.aborted && error instanceof TeselaError && error.code === "FENCED";
}
