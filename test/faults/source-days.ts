import { rename } from "node:fs/promises";
import { join } from "node:path";
import { micros } from "@tesela/core";
import { USERS } from "../e2e/faults/definitions.ts";
import { writeParquet } from "../e2e/faults/duckdb.ts";
import type { Platform } from "../e2e/faults/platform.ts";
import type { RawRow } from "../oracle/raw-view.ts";
import { LAST_CLOCK_DAY } from "./schedule.ts";

/** How often the events of each day have been changed, the first day first. */
export type Versions = readonly number[];

/** Versions a day can have: a digit of the amount shows which. */
export const MOST_VERSIONS = 9;
export const DAY = 86_400_000_000n;

/** Users of the first and of the last batch of a push, and one that has no events. */
export const ASKED: readonly number[] = [1, 2, 3, USERS - 1, USERS, USERS + 1];

/** The source at first. */
export const UNCHANGED: Versions = Array.from({ length: LAST_CLOCK_DAY }, () => 0);

/** The beginning of a day of January 2024. */
export function dayStart(day: number): bigint {
  return BigInt(Date.UTC(2024, 0, day)) * 1000n;
}

/** The day of January 2024 that an instant lies in. */
export function dayOf(instant: bigint): number {
  return Number((instant - dayStart(1)) / DAY) + 1;
}

/**
 * The events of all users: one at ten o'clock of each day, whose amount has the version as a digit of the day. From
 * the first change on every third user has none, each time another one.
 */
export function eventsSql(versions: Versions): string {
  const days = versions.map((version, index) => `(${index + 1}, ${version})`).join(", ");
  return `
    select
      user_id,
      timestamp '2024-01-01 10:00' + to_days((day - 1)::integer) as ts,
      ((version + 1) * 10 ** day)::bigint as amount
    from range(1, ${USERS + 1}) users(user_id), (values ${days}) days(day, version)
    where version = 0 or (user_id + version) % 3 <> 0`;
}

/** The same event of a user and a day, for the oracle; `null` where there is none. */
export function eventOf(user: number, day: number, version: number): RawRow | null {
  if (user > USERS || (version > 0 && (user + version) % 3 === 0)) return null;
  const amount = BigInt(version + 1) * 10n ** BigInt(day);
  return { user_id: BigInt(user), ts: micros(dayStart(day) + (DAY / 24n) * 10n), amount };
}

/** Puts the source of a view in the place of what it was, at once. */
export async function writeSource({ config }: Platform, view: string, versions: Versions): Promise<void> {
  const made = join(config.root, `${view}.parquet.new`);
  await writeParquet(made, eventsSql(versions));
  await rename(made, join(config.sourceRoots[0]!, `${view}.parquet`));
}

/** The events as `apply` writes them. */
export const FIRST_EVENTS = eventsSql(UNCHANGED);
