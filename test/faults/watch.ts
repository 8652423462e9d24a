import { setTimeout } from "node:timers/promises";
import { TeselaError, type EpochMicros } from "@tesela/core";
import { onlineReads, putSpine, readHistory } from "../e2e/faults/reads.ts";
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
const BETWEEN_READS_MS = { online: 150, offline: 1_000 };

/** The days at whose noon the history is read while faults happen. */
export const WATCHED_DAYS: readonly number[] = [3, 4, 5];

/** Reads that go on until they are stopped. */
export interface Watch {
  stop(): Promise<readonly Observation[]>;
}

/** Reads both views online and offline again and again; what is wrong with the answers is found out later. */
export async function watch(world: World): Promise<Watch> {
  const spine = await putSpine(world, spineSql(WATCHED_DAYS));
  const seen: Observation[] = [];
  const stopped = new AbortController();
  const repeat = async (store: Observation["store"], look: () => Promise<Observation>): Promise<void> => {
    while (!stopped.signal.aborted) {
      const found = await look().catch(unlessUnavailable);
      if (found !== null) seen.push(found);
      await setTimeout(BETWEEN_READS_MS[store]);
    }
  };
  const watching = Promise.all(
    VIEWS.flatMap((name) => {
      const view = world.views[name];
      return [
        repeat("online", () => observeOnline(world, view)),
        repeat("offline", () => observeHistory(world, view, spine)),
      ];
    }),
  );
  // What ends them early is told when they are stopped.
  watching.catch(() => undefined);
  return {
    async stop() {
      stopped.abort();
      await watching;
      return seen;
    },
  };
}

/** Reads a view online once. */
export function observeOnline(world: World, view: FaultedView): Promise<Observation> {
  const read = onlineReads(world, view);
  // As a client does: on a machine as busy as this one even a connection can come too late.
  return observe(world, view, "online", (now) => read(ASKED, now).catch(() => read(ASKED, now)));
}

/** Reads the history of a view once, for a spine that is put. */
export function observeHistory(world: World, view: FaultedView, spine: string): Promise<Observation> {
  return observe(world, view, "offline", () => readHistory(world, view, spine));
}

async function observe(
  world: World,
  view: FaultedView,
  store: Observation["store"],
  read: (now: EpochMicros) => Promise<readonly string[]>,
): Promise<Observation> {
  const before = await commitsOf(world, view);
  const now = await world.registry.clock.now();
  const found = await read(now).then((answer) => ({ answer, message: null }), failureOf);
  return { view, store, now, before, after: await commitsOf(world, view), ...found };
}

/** Nothing is seen while the ledger itself does not answer in time, as on a machine that is too busy. */
function unlessUnavailable(error: unknown): null {
  if (error instanceof TeselaError && error.code === "UNAVAILABLE") return null;
  throw error;
}

/** Every asked user at noon of some days, in the order of `spineOf`. */
export function spineSql(days: readonly number[]): string {
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
