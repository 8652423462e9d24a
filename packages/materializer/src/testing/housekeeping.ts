import { isFinal, type HousekeepingType } from "@tesela/core";
import type { HousekeepingPolicy, HousekeepingReport, Job } from "@tesela/registry";
import type { Platform } from "./platform.ts";
import type { World } from "./world.ts";

const WAIT_MS = 60_000;

/** Everything is small, nothing is kept longer than it must, and two files are worth a merge. */
export const EAGER: HousekeepingPolicy = {
  snapshotRetentionMs: 0,
  cleanupGraceMs: 0,
  smallFileBytes: 1_000_000,
  mergedFileBytes: 10_000_000,
  leastFiles: 2,
};

/** The same, but snapshots are kept for ever. */
export const KEEPING: HousekeepingPolicy = { ...EAGER, snapshotRetentionMs: 1e12 };

/** What a housekeeping job is made for. */
export interface Target {
  readonly type: HousekeepingType;
  readonly view: string;
  readonly generationId: number;
}

/** Waits until a job has ended. */
export async function untilEnded({ registry }: Pick<World, "registry">, job: Job): Promise<Job> {
  let latest = job;
  while (!isFinal(latest.state)) {
    const before = latest.updatedAt;
    latest = await registry.jobs.waitForChange(latest.id, { since: before, timeoutMs: WAIT_MS });
    if (latest.updatedAt.getTime() === before.getTime()) throw new Error(`job ${job.id} is ${latest.state}`);
  }
  return latest;
}

/** Runs a housekeeping job of a generation to its success; gives what it has done. */
export async function keepHouseOf(
  world: World,
  target: Target,
  policy: HousekeepingPolicy,
): Promise<HousekeepingReport | null> {
  const { registry, dispatcher, workspaceId } = world;
  const by = { requestedBy: "test", trigger: "manual" } as const;
  const job = await registry.housekeeping.request({ ...target, workspaceId }, policy, by);
  if (job.waitingAttempt !== null) await dispatcher.dispatchAttempt(job.waitingAttempt);
  const ended = await untilEnded(world, job);
  if (ended.state !== "SUCCESS") throw new Error(`${target.type} is ${ended.state}: ${ended.error?.message}`);
  return registry.housekeeping.reportOf(ended.id);
}

/** The same for a view as it is now. */
export async function keepHouse(
  world: World,
  platform: Platform,
  type: HousekeepingType,
  view: string,
  policy: HousekeepingPolicy = EAGER,
): Promise<HousekeepingReport | null> {
  return keepHouseOf(world, { type, view, generationId: await platform.generationOf(view) }, policy);
}
