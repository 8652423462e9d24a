import type { Coverage } from "@tesela/contract";
import {
  coverageOf,
  formatInstant,
  parseInstant,
  type JobRange,
  type StoreCoverage,
  type TimeRange,
} from "@tesela/core";
import type { Services } from "../services.ts";
import type { AppliedView } from "../workspace/applied-view.ts";

const SECOND = 1_000_000;

/** What is materialized of a view, as a client sees it. */
export async function coverageBodyOf(
  { registry }: Pick<Services, "registry">,
  { compiled, generationId }: AppliedView,
): Promise<Coverage> {
  const now = await registry.clock.now();
  const { latestCommitAt, sourcesSeenAt, ...ledger } = await registry.coverage.read(generationId);
  const failure = await registry.schedule.failure(generationId);
  const { offline, online } = coverageOf(compiled, now, ledger);
  return {
    featureView: compiled.name,
    now: formatInstant(now),
    batchTrigger: compiled.batchTrigger,
    offline: storeBodyOf(offline),
    online: storeBodyOf(online),
    latestCommitAt: latestCommitAt === null ? null : formatInstant(latestCommitAt),
    sourcesSeenAt: sourcesSeenAt === null ? null : formatInstant(parseInstant(sourcesSeenAt)),
    scheduleError:
      failure === null ? null : { ...failure, failedAt: formatInstant(parseInstant(failure.failedAt)) },
  };
}

function storeBodyOf({ edge, expectedEdge, lag, ...store }: StoreCoverage): Coverage["offline"] {
  return {
    materialized: store.materialized.map(rangeBodyOf),
    missing: store.missing.map(rangeBodyOf),
    running: store.running.map(jobRangeBodyOf),
    waiting: store.waiting.map(jobRangeBodyOf),
    failed: store.failed.map(jobRangeBodyOf),
    cancelled: store.cancelled.map(jobRangeBodyOf),
    stale: store.stale.map(rangeBodyOf),
    edge: edge === null ? null : formatInstant(edge),
    expectedEdge: expectedEdge === null ? null : formatInstant(expectedEdge),
    lagSeconds: lag === null ? null : Number(lag) / SECOND,
  };
}

function rangeBodyOf({ start, end }: TimeRange): Coverage["offline"]["missing"][number] {
  return { startTime: formatInstant(start), endTime: formatInstant(end) };
}

function jobRangeBodyOf({ range, jobId }: JobRange): Coverage["offline"]["running"][number] {
  return { ...rangeBodyOf(range), jobId };
}
