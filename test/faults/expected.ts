import { edge, mergeRanges, micros, type EpochMicros } from "@tesela/core";
import { compiled } from "../e2e/faults/definitions.ts";
import { oracle } from "../oracle/oracle.ts";
import type { RawFeature, RawRow, RawView } from "../oracle/raw-view.ts";
import type { ReadCommit } from "./commits.ts";
import { DAY, dayStart, eventOf } from "./source-days.ts";
import type { FaultedView } from "./world.ts";

/** The version of each day that a store holds; a day that it does not hold is not there. */
export type Held = ReadonlyMap<number, number>;

/** What a store holds after some commits, in their order. */
export function heldAfter(commits: readonly ReadCommit[]): Held {
  return new Map(
    commits.flatMap(({ days, source }) => days.map((day): [number, number] => [day, source[day - 1]!])),
  );
}

/** How far a store that holds some days is served (TIME T12). */
export function edgeOf({ definition }: FaultedView, held: Iterable<number>): EpochMicros | null {
  const ranges = [...held]
    .toSorted((a, b) => a - b)
    .map((day) => ({ start: micros(dayStart(day)), end: micros(dayStart(day + 1)) }));
  return edge(compiled(definition).time, mergeRanges(ranges));
}

/** The answer of a user at an instant as the law has it, from the days that are held. */
export function answerOf(view: FaultedView, held: Held, user: number, at: bigint | null): string {
  return answersOf(view, eventsOf([user], held), [
    { user_id: BigInt(user), at: at === null ? null : micros(at) },
  ])[0]!;
}

/** The answers of a spine, from a source. */
export function answersOf(
  view: FaultedView,
  events: readonly RawRow[],
  spine: readonly RawRow[],
): readonly string[] {
  const raw = rawView(view);
  const rows = oracle(raw, events, spine, "at");
  if (rows === "missing") throw new Error("a read without fences misses nothing");
  return rows.map((row) =>
    row === "dropped" ? row : raw.features.map(({ name }) => row[name] ?? "").join(" "),
  );
}

/** The events of some users on the days that are held. */
export function eventsOf(users: readonly number[], held: Held): RawRow[] {
  const events = users.flatMap((user) => [...held].map(([day, version]) => eventOf(user, day, version)));
  return events.filter((event) => event !== null);
}

/** The days of a view up to the clock's. */
export function daysOf(view: FaultedView, clockDay: number): number[] {
  const first = firstDayOf(view);
  return Array.from({ length: clockDay - first }, (_, index) => first + index);
}

/** The first day that a view materializes (TIME T13): a window of two days reaches further back than a value. */
export function firstDayOf({ definition }: FaultedView): number {
  return definition.features[0]!.kind === "aggregate" ? 1 : 2;
}

/** The days that an answer during a day is made of. */
export function neededDays(view: FaultedView, day: number): number[] {
  const first = view.definition.features[0]!.kind === "aggregate" ? day - 2 : firstDayOf(view);
  return Array.from({ length: day - first }, (_, index) => first + index);
}

function rawView({ definition }: FaultedView): RawView {
  return {
    kind: "batch",
    joinKeys: ["user_id"],
    columns: [
      { name: "user_id", type: "int64" },
      { name: "ts", type: "timestamp" },
      { name: "amount", type: "int64" },
    ],
    timestampField: "ts",
    createdTimestampField: null,
    eventIdField: null,
    features: definition.features.map(rawFeature),
    schedule: DAY,
    interval: null,
    dataDelay: 0n,
    start: dayStart(3),
    lifetimeStart: null,
    ttl: null,
  };
}

function rawFeature(feature: FaultedView["definition"]["features"][number]): RawFeature {
  if (feature.kind === "attribute") return { kind: "attribute", name: feature.name };
  const { name, function: fn, column } = feature;
  const rest = { offset: 0n, n: null, precision: null, percentile: null };
  return { kind: "aggregate", name, function: fn, column, window: 2n * DAY, ...rest };
}
