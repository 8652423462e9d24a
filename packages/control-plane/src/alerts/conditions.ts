import {
  coverageOf,
  duration,
  formatInstant,
  lateness,
  type CompiledView,
  type DurationMicros,
  type EpochMicros,
  type StoreCoverage,
} from "@tesela/core";
import type { AlertCondition, FailedJob, Registry } from "@tesela/registry";

/** A view that is looked at, and where it belongs. */
export interface WatchedView {
  readonly workspace: string;
  readonly workspaceId: number;
  readonly generationId: number;
  readonly compiled: CompiledView;
}

/** How late a store of a view is, for the metrics. */
export interface StoreLateness {
  readonly workspace: string;
  readonly featureView: string;
  readonly store: "offline" | "online";
  readonly seconds: number;
}

/** What is wrong with a view, and how late its stores are. */
export interface ViewFindings {
  readonly conditions: readonly AlertCondition[];
  readonly late: readonly StoreLateness[];
}

const MICROS_PER_MS = 1_000;
const SECOND = 1_000_000;
const STORES = ["offline", "online"] as const;
const LONGEST_MESSAGE = 2_000;

/** Looks at what is materialized of a view. */
export async function findingsOf(
  registry: Pick<Registry, "coverage" | "ledger">,
  view: WatchedView,
  now: EpochMicros,
  lateAfterMs: number,
): Promise<ViewFindings> {
  const coverage = coverageOf(view.compiled, now, await registry.coverage.read(view.generationId));
  const { createdAt } = await registry.ledger.generation(view.generationId);
  const found = STORES.filter((store) => view.compiled[store]).map((store) =>
    storeFindings(view, store, coverage[store], { now, lateAfterMs, age: ageSince(createdAt) }),
  );
  return {
    conditions: found.flatMap(({ conditions }) => conditions),
    late: found.flatMap(({ late }) => late),
  };
}

/** By the system clock: the platform clock may stand still, or have stood elsewhere then. */
function ageSince(createdAt: Date): DurationMicros {
  return duration(Math.max(0, Date.now() - createdAt.getTime()) * MICROS_PER_MS);
}

interface LookAt {
  readonly now: EpochMicros;
  readonly age: DurationMicros;
  readonly lateAfterMs: number;
}

function storeFindings(
  view: WatchedView,
  store: "offline" | "online",
  coverage: StoreCoverage,
  { now, age, lateAfterMs }: LookAt,
): ViewFindings {
  const late = lateness(view.compiled, now, coverage, age);
  const isTooLate = late !== null && late > BigInt(Math.round(lateAfterMs * MICROS_PER_MS));
  const seconds = late === null ? 0 : Number(late) / SECOND;
  const condition = isTooLate
    ? [{ ...about(view, "view.late", store), jobId: null, details: lateDetails(store, coverage, late) }]
    : [];
  return {
    conditions: [...condition, ...frozen(view, store, coverage)],
    late: [{ workspace: view.workspace, featureView: view.compiled.name, store, seconds }],
  };
}

function about(view: WatchedView, event: AlertCondition["event"], rest: string) {
  const { workspaceId, generationId } = view;
  return { name: `${event} ${generationId} ${rest}`, event, workspaceId, generationId };
}

function lateDetails(
  store: string,
  { edge, expectedEdge }: StoreCoverage,
  late: DurationMicros,
): AlertCondition["details"] {
  return {
    store,
    edge: textOf(edge),
    expectedEdge: textOf(expectedEdge),
    lateSeconds: Number(late) / SECOND,
  };
}

/** The cancelled ranges that the edge stands before: it moves no further by itself. */
function frozen(view: WatchedView, store: string, { edge, cancelled }: StoreCoverage): AlertCondition[] {
  return cancelled
    .filter(({ range }) => edge === null || range.start === edge)
    .map(({ range: { start, end }, jobId }) => ({
      ...about(view, "edge.frozen", `${store} ${jobId}`),
      jobId,
      details: { store, edge: textOf(edge), startTime: formatInstant(start), endTime: formatInstant(end) },
    }));
}

/** A failed job as an alert; another attempt that fails is another alert. */
export function failedCondition(job: FailedJob): AlertCondition {
  const { jobId, workspaceId, generationId, attempt, type, code, message } = job;
  return {
    name: `job.failed ${jobId} ${attempt}`,
    event: "job.failed",
    workspaceId,
    generationId,
    jobId,
    details: {
      type,
      attempt,
      error: code === null ? null : { code, message: (message ?? "").slice(0, LONGEST_MESSAGE) },
      startTime: textOf(job.startTime),
      endTime: textOf(job.endTime),
    },
  };
}

function textOf(instant: EpochMicros | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
