import {
  bound,
  CREATED_TIME,
  id,
  join,
  keyColumn,
  micros,
  spineKey,
  spineSql,
  sql,
  storedTime,
  timestamp,
  type EpochMicros,
  type NearestRows,
  type ReadView,
  type Spine,
} from "@tesela/core";
import type { WireValue } from "../engine/protocol.ts";

/** The stored rows of the key of a one-row spine on both sides of its bound: the newest before, the oldest after. */
export function nearestSql(spine: Spine, asked: ReadView, instant: EpochMicros | null): string {
  if (instant === null) return "select null, null";
  const { view, fences } = asked;
  const boundary = timestamp(bound(view.time, instant, fences));
  const time = id("r", storedTime(view));
  const same = view.joinKeys.map(
    (key) => sql`${id("r", key.name)} = ${id("s", keyColumn(spineKey(asked, key)))}`,
  );
  const isVersioned = fences.isKnownAt && view.shape.kind === "attributes";
  const known = isVersioned ? [sql`${id("r", CREATED_TIME)} <= ${timestamp(instant)}`] : [];
  return sql`select
  epoch_us(max(${time}) filter (where ${time} < ${boundary})),
  epoch_us(min(${time}) filter (where ${time} >= ${boundary}))
from (${asked.stored}) as r
join (${spineSql(spine, [asked])}) as s
  on ${join([...same, ...known], " and ")}`.text;
}

/** The row that `nearestSql` gives. */
export function nearestOf([before, after]: readonly WireValue[]): NearestRows {
  return { before: instantOf(before), after: instantOf(after) };
}

function instantOf(value: WireValue | undefined): EpochMicros | null {
  return typeof value === "bigint" ? micros(value) : null;
}
