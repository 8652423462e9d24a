import {
  aliased,
  CREATED_TIME,
  duckdbTypeOf,
  encodeKey,
  EVENT_ID,
  EVENT_TIME,
  floor,
  id,
  join,
  micros,
  sql,
  type CompiledView,
  type EpochMicros,
  type KeyValue,
  type Sql,
  type Value,
  type ValueType,
} from "@tesela/core";
import type { StreamEvent } from "@tesela/registry";
import { textOf, textRelation, type CellText, type TextColumn } from "./event-text.ts";

/** The columns of a view that an event keeps: those that have a value type, in declared order. */
export function eventColumns(view: CompiledView): readonly (TextColumn & { readonly type: ValueType })[] {
  return view.columns.flatMap(({ name, type }) =>
    type === null ? [] : [{ name, type, duckdbType: duckdbTypeOf[type] }],
  );
}

/** An event of a view from the values of its columns, none of whose keys or time is null. */
export function eventOf(view: CompiledView, values: readonly Value[]): StreamEvent {
  const columns = eventColumns(view);
  const valueOf = (name: string): Value => values[columns.findIndex((column) => column.name === name)]!;
  const time = micros(valueOf(view.timestampField) as bigint);
  const texts = columns.map(({ type }, index) => textOf(values[index]!, type));
  return {
    key: encodeKey(view.joinKeys.map(({ name }) => valueOf(name) as KeyValue)),
    slot: slotOf(view, time),
    time,
    event: Buffer.from(JSON.stringify(texts)),
  };
}

/** What of the online values an event touches: its tile, or its own row. */
function slotOf({ shape }: CompiledView, time: EpochMicros): EpochMicros {
  return shape.kind === "attributes" ? time : floor(time, shape.interval);
}

/** Stored events of a view as the relation that its transformation gave (`eventsSql`). */
export function eventsRelation(view: CompiledView, events: readonly StreamEvent[]): Sql {
  const rows = events.map(({ event }) => JSON.parse(Buffer.from(event).toString()) as CellText[]);
  const special: readonly (readonly [string | null, string])[] = [
    [view.timestampField, EVENT_TIME],
    [view.createdTimestampField, CREATED_TIME],
    [view.eventIdField, EVENT_ID],
  ];
  const named = special.flatMap(([name, alias]) => (name === null ? [] : [aliased(id(name), alias)]));
  return sql`select *, ${join(named, ", ")}
from (${textRelation(eventColumns(view), rows)})`;
}
