import type { Coverage } from "@tesela/contract";
import { parseInstant } from "@tesela/core";
import type { FrameColumn } from "../frame/frame-schema.ts";
import { formatTable } from "../frame/table.ts";

/** Why a range is not materialized, or has to be again. */
export const GAP_REASONS = ["missing", "running", "waiting", "failed", "cancelled", "stale"] as const;

/** A range of a store that is due and not materialized, or whose source has changed since. */
export interface Gap {
  readonly store: "offline" | "online";
  readonly reason: (typeof GAP_REASONS)[number];
  readonly startTime: string;
  readonly endTime: string;
  /** The job that is about it; `null` where there is none. */
  readonly jobId: string | null;
}

/** How fresh one store is. */
export interface Freshness {
  /** How far it is materialized without a gap (TIME T12); `null` before it can be read. */
  readonly readyTime: string | null;
  /** How far it would be if every job that is due had run. */
  readonly expectedReadyTime: string | null;
  /** How much is between the two; `null` while one of them is. */
  readonly lagSeconds: number | null;
}

const STORES = ["offline", "online"] as const;
const COLUMNS: readonly FrameColumn[] = ["STORE", "WHAT", "START_TIME", "END_TIME", "JOB_ID"].map((name) => {
  return { name, type: "string" };
});

/** What is materialized of a view in each store, what is not and why, and how fresh it is; it prints as a table. */
export class ViewCoverage {
  /** All that the server tells, store by store. */
  readonly report: Coverage;
  /** Sorted by store, then time. */
  readonly gaps: readonly Gap[];
  readonly offline: Freshness;
  readonly online: Freshness;

  constructor(report: Coverage) {
    this.report = report;
    this.gaps = STORES.flatMap((store) => gapsOf(store, report[store]));
    this.offline = freshnessOf(report.offline);
    this.online = freshnessOf(report.online);
  }

  toString(): string {
    const materialized = STORES.flatMap((store) =>
      this.report[store].materialized.map((range) => rowOf(store, "materialized", { ...range, jobId: null })),
    );
    const gaps = this.gaps.map((gap) => rowOf(gap.store, gap.reason, gap));
    const rows = [...materialized, ...gaps].toSorted(byStoreAndTime);
    const fresh = STORES.map((store) => `${store}: ${freshText(this[store])}`);
    return [formatTable(COLUMNS, rows, rows.length), ...fresh].join("\n");
  }

  toJSON(): Coverage {
    return this.report;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }
}

type Row = Readonly<Record<"STORE" | "WHAT" | "START_TIME" | "END_TIME", string> & { JOB_ID: string }>;

function rowOf(store: string, what: string, range: Omit<Gap, "store" | "reason">): Row {
  const { startTime, endTime, jobId } = range;
  return { STORE: store, WHAT: what, START_TIME: startTime, END_TIME: endTime, JOB_ID: jobId ?? "" };
}

function byStoreAndTime(a: Row, b: Row): number {
  if (a.STORE !== b.STORE) return a.STORE < b.STORE ? -1 : 1;
  return byTime(a.START_TIME, b.START_TIME);
}

function byTime(a: string, b: string): number {
  return Number(parseInstant(a) - parseInstant(b));
}

function gapsOf(store: Gap["store"], coverage: Coverage["offline"]): Gap[] {
  return GAP_REASONS.flatMap((reason) =>
    coverage[reason].map((range) => {
      const { startTime, endTime } = range;
      return { store, reason, startTime, endTime, jobId: "jobId" in range ? range.jobId : null };
    }),
  ).toSorted((a, b) => byTime(a.startTime, b.startTime));
}

function freshnessOf({ edge, expectedEdge, lagSeconds }: Coverage["offline"]): Freshness {
  return { readyTime: edge, expectedReadyTime: expectedEdge, lagSeconds };
}

function freshText({ readyTime, expectedReadyTime, lagSeconds }: Freshness): string {
  if (expectedReadyTime === null && readyTime === null) return "nothing is due";
  const ready = readyTime === null ? "not ready yet" : `ready to ${readyTime}`;
  const expected = expectedReadyTime === null ? "" : `, due to ${expectedReadyTime}`;
  return ready + expected + (lagSeconds === null || lagSeconds === 0 ? "" : `, ${lagSeconds} s behind`);
}
