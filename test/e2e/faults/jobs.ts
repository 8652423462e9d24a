import { setTimeout } from "node:timers/promises";
import { isFinal, type TimeRange } from "@tesela/core";
import type { Job } from "@tesela/registry";
import type { Platform } from "./platform.ts";

const WAIT_MS = 60_000;
const SWEEP_MS = 100;

/** Triggers a job of both stores and sends it to whatever worker there is. */
export async function startJob(
  { registry, dispatcher, workspaceId }: Platform,
  view: { readonly name: string; readonly generation: number },
  range: TimeRange,
  overwrite = false,
): Promise<Job> {
  const job = await registry.jobs.trigger({
    workspaceId,
    generationId: view.generation,
    view: view.name,
    range,
    online: true,
    offline: true,
    overwrite,
    useManagedRetries: true,
    requestedBy: "test",
  });
  await dispatcher.dispatchAttempt(job.waitingAttempt!);
  return job;
}

/** Sweeps until something has happened. */
export async function sweepUntil<T>({ dispatcher }: Platform, happens: Promise<T>): Promise<T> {
  const happened = new AbortController();
  const ended = happens.finally(() => happened.abort());
  while (!happened.signal.aborted) {
    await dispatcher.sweep();
    await Promise.race([ended, setTimeout(SWEEP_MS)]);
  }
  return ended;
}

/** Sweeps until the job has ended; `meanwhile` runs after each sweep. */
export async function sweepToEnd(
  { registry, dispatcher, workspaceId }: Platform,
  { id }: Job,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Job> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    await dispatcher.sweep();
    await meanwhile();
    const job = await registry.jobs.get(workspaceId, id);
    if (isFinal(job.state)) return job;
    if (performance.now() > deadline) throw new Error(`job ${id} is still ${job.state}: ${told(job)}`);
    await registry.jobs.waitForChange(id, { since: job.updatedAt, timeoutMs: SWEEP_MS });
  }
}

function told({ progress, attempts }: Job): string {
  return [progress.phase, ...attempts.map(({ state, error }) => `${state} ${error?.message ?? ""}`)].join(
    ", ",
  );
}
