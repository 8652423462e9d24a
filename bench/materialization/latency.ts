import { setTimeout } from "node:timers/promises";
import { isFinal } from "@tesela/core";
import type { FeatureView, Job } from "@tesela/sdk";
import type { WorkResult } from "../harness/work.ts";
import type { Bench } from "./bench.ts";
import { median, percentile } from "./cost.ts";
import { dayStart } from "./events.ts";
import { applyView } from "./views.ts";

const DAYS = 30;
const START_BAR_MS = 50;
const CANCEL_BAR_MS = 1_000;
const LOOK_MS = 5;

/** From the call that triggers a job to the start of its first attempt, by the clock of the database. */
export async function triggerToStart(bench: Bench): Promise<WorkResult> {
  const source = await bench.events({ name: "latency", rows: 1_000, days: DAYS, order: "sorted" });
  const view = await applyView(bench.client, "latency", source);
  const waits: number[] = [];
  for (let day = 0; day < (bench.isQuick ? 10 : DAYS); day++) {
    const job = await view.waitForMaterializationJob(await trigger(view, day, day + 1));
    waits.push(Date.parse(job.attempts[0]!.startedAt) - Date.parse(job.createdAt));
  }
  const p50 = median(waits);
  return {
    work: "trigger to start: p50 against 50 ms",
    ratio: p50 / START_BAR_MS,
    bar: 1,
    held: p50 <= START_BAR_MS,
    details: { "p50 ms": p50, "p99 ms": percentile(waits, 0.99) },
  };
}

/** From the call that cancels a running job to its end. */
export async function cancelToStopped(bench: Bench): Promise<WorkResult> {
  const rows = bench.isQuick ? 4_000_000 : 20_000_000;
  const source = await bench.events({ name: "cancel", rows, days: DAYS, order: "unsorted" });
  const view = await applyView(bench.client, "cancel", source);
  const waits: number[] = [];
  for (let round = 0; round < (bench.isQuick ? 3 : 20); round++) waits.push(await cancelOnce(view));
  const p99 = percentile(waits, 0.99);
  return {
    work: "cancel to stopped: p99 against 1 s",
    ratio: p99 / CANCEL_BAR_MS,
    bar: 1,
    held: p99 <= CANCEL_BAR_MS,
    details: { "p50 ms": median(waits), "p99 ms": p99 },
  };
}

async function cancelOnce(view: FeatureView): Promise<number> {
  const id = await trigger(view, 0, DAYS);
  await until(view, id, ({ progress }) => progress.phase === "computing");
  const asked = performance.now();
  await view.cancelMaterializationJob(id);
  await until(view, id, ({ state }) => state === "MANUALLY_CANCELLED");
  return performance.now() - asked;
}

/** Throws where the job ends otherwise: it was too short to be cancelled, or was not cancelled. */
async function until(view: FeatureView, id: string, isReached: (job: Job) => boolean): Promise<void> {
  for (;;) {
    const job = await view.getMaterializationJob(id);
    if (isReached(job)) return;
    if (isFinal(job.state)) throw new Error(`job ${id} is ${job.state}, ${job.progress.phase}`);
    await setTimeout(LOOK_MS);
  }
}

function trigger(view: FeatureView, from: number, to: number): Promise<string> {
  const range = { startTime: dayStart(from), endTime: dayStart(to) };
  return view.triggerMaterializationJob({ ...range, online: false, offline: true });
}
