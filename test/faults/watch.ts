import { setTimeout } from "node:timers/promises";
import { TeselaError, type EpochMicros } from "@tesela/core";
import { historicalRead, onlineReads } from "../e2e/faults/reads.ts";
import { commitsOf, type LedgerCommit } from "./commits.ts";
import { VIEWS } from "./schedule.ts";
import { ASKED, dayStart } from "./source-days.ts";
import type { FaultedView, World } from "./world.ts";

/** What a read gave, and what the ledger had before and after it. */
export interface Observation {
  readonly view: FaultedView;
  readonly store: "online" | "offline";
  readonly now: EpochMicros;
  readonly before: readonly LedgerCommit[];
  readonly after: readonly LedgerCommit[];
  /** A line a user or row, or the code of the error. */
  readonly answer: readonly string[] | string;
  /** Why there is none. */
  readonly message: string | null;
}

/** Reads of the past cost a worker more. */
const BETWEEN_READS_MS = { online: 50, offline: 150 };

/** The days at whose noon the history is read while faults happen. */
export const WATCHED_DAYS: readonly number[] = [3, 4, 5];

/** Reads that go on until they are stopped. */
export interface Watch {
  stop(): Promise<readonly Observation[]>;
}

/** Reads both views online and offline again and again; what is wrong with the answers is found out later. */
export function watch(world: World): Watch {
  const seen: Observation[] = [];
  const stopped = new AbortController();
  const repeat = async (view: FaultedView, store: Observation["store"]): Promise<void> => {
    while (!stopped.signal.aborted) {
      seen.push(await observe(world, view, store));
      await setTimeout(BETWEEN_READS_MS[store]);
    }
  };
  const watching = VIEWS.flatMap((name) => {
    const view = world.views[name];
    return [repeat(view, "online"), repeat(view, "offline")];
  });
  return {
    async stop() {
      stopped.abort();
      await Promise.all(watching);
      return seen;
    },
  };
}

/** Reads a view once. */
export async function observe(
  world: World,
  view: FaultedView,
  store: Observation["store"],
  days: readonly number[] = WATCHED_DAYS,
): Promise<Observation> {
  const before = await commitsOf(world, view);
  const now = await world.registry.clock.now();
  const reading = store === "online" ? onlineReads(world, view)(ASKED, now) : readHistory(world, view, days);
  const found = await reading.then((answer) => ({ answer, message: null }), failureOf);
  return { view, store, now, before, after: await commitsOf(world, view), ...found };
}

function readHistory(world: World, view: FaultedView, days: readonly number[]): Promise<string[]> {
  return historicalRead(world, view, spineSql(days));
}

/** Every asked user at noon of some days, in the order of `spineOf`. */
function spineSql(days: readonly number[]): string {
  const rows = spineOf(days).map(({ user, at }) => `(${user}::bigint, make_timestamp(${at}::bigint))`);
  return `select * from (values ${rows.join(", ")}) spine(user_id, ts)`;
}

/** Every asked user at noon of some days. */
export function spineOf(days: readonly number[]): { readonly user: number; readonly at: bigint }[] {
  return days.flatMap((day) => ASKED.map((user) => ({ user, at: dayStart(day) + NOON })));
}

const NOON = 12n * 3_600_000_000n;

function failureOf(error: unknown): Pick<Observation, "answer" | "message"> {
  if (error instanceof TeselaError) return { answer: error.code, message: error.message };
  return { answer: "INTERNAL", message: String(error) };
}
