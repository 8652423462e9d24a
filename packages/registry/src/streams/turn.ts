import { micros, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { StreamApplied, StreamEvent, StreamSlot, StreamState, StreamTurn } from "../types/stream.ts";

interface EventRow {
  readonly id: bigint;
  readonly key: Buffer;
  readonly slot: bigint;
  readonly time: bigint;
  readonly event: Buffer;
}

/** A turn on connections of its own, so that what it notes stays though its work should fail. */
export async function openTurn(queries: Queries, generationId: number): Promise<StreamTurn> {
  await queries.run(
    statement`insert into stream_view (generation_id) values (${generationId}) on conflict do nothing`,
  );
  const state = await readState(queries, generationId);
  return {
    state,
    nextStamp: (isDirty) => nextStamp(queries, generationId, isDirty),
    pendingSlots: (after, limit) => pendingSlots(queries, generationId, state, after, limit),
    eventsOf: (slots) => eventsOf(queries, generationId, state, slots),
    events: (where, after, limit) => eventPage(queries, generationId, where, after, limit),
    applied: (done) => noteApplied(queries, generationId, done),
  };
}

async function readState(queries: Queries, generationId: number): Promise<StreamState> {
  const row = await queries.first<Omit<StreamState, "logged">>(statement`
    select
      appended_seq as "appendedSeq",
      applied_seq as "appliedSeq",
      applied_stamp as "appliedStamp",
      is_dirty as "isDirty"
    from stream_view
    where generation_id = ${generationId}`);
  const logged = await queries.rows<{ start: bigint; end: bigint }>(statement`
    select lower(part) as start, upper(part) as "end"
    from stream_view, unnest(logged) as parts (part)
    where generation_id = ${generationId}
    order by part`);
  return { ...row!, logged: logged.map(({ start, end }) => ({ start: micros(start), end: micros(end) })) };
}

async function nextStamp(queries: Queries, generationId: number, isDirty: boolean): Promise<bigint> {
  const row = await queries.first<{ stamp: bigint }>(statement`
    update stream_view
    set given_stamp = given_stamp + 1, is_dirty = is_dirty or ${isDirty}
    where generation_id = ${generationId}
    returning given_stamp as stamp`);
  return row!.stamp;
}

/** Events in these ranges do not count: the batch log has them. */
function isOutside(ranges: readonly TimeRange[]): Statement {
  return statement`not event_time <@ ${multirange(ranges)}`;
}

function multirange(ranges: readonly TimeRange[]): Statement {
  return statement`(
    select coalesce(range_agg(int8range(since, until)), '{}'::int8multirange)
    from unnest(
      ${ranges.map(({ start }) => start)}::bigint[],
      ${ranges.map(({ end }) => end)}::bigint[]
    ) as part (since, until)
  )`;
}

async function pendingSlots(
  queries: Queries,
  generationId: number,
  { appliedSeq, logged }: StreamState,
  after: StreamSlot | null,
  limit: number,
): Promise<StreamSlot[]> {
  const beyond =
    after === null
      ? statement`true`
      : statement`(key, slot) > (${Buffer.from(after.key)}::bytea, ${after.slot}::bigint)`;
  const rows = await queries.rows<{ key: Buffer; slot: bigint }>(statement`
    select distinct key, slot
    from stream_event
    where generation_id = ${generationId}
      and seq > ${appliedSeq}
      and ${isOutside(logged)}
      and ${beyond}
    order by key, slot
    limit ${limit}`);
  return rows.map(({ key, slot }) => ({ key, slot: micros(slot) }));
}

async function eventsOf(
  queries: Queries,
  generationId: number,
  { logged }: StreamState,
  slots: readonly StreamSlot[],
): Promise<StreamEvent[]> {
  const rows = await queries.rows<EventRow>(statement`
    select id, key, slot, event_time as time, event
    from stream_event
    join unnest(
      ${slots.map(({ key }) => Buffer.from(key))}::bytea[],
      ${slots.map(({ slot }) => slot)}::bigint[]
    ) as wanted (wanted_key, wanted_slot) on key = wanted_key and slot = wanted_slot
    where generation_id = ${generationId} and ${isOutside(logged)}`);
  return rows.map(eventOf);
}

async function eventPage(
  queries: Queries,
  generationId: number,
  where: { readonly outside: readonly TimeRange[] } | { readonly inside: readonly TimeRange[] },
  after: bigint,
  limit: number,
): Promise<{ events: StreamEvent[]; last: bigint }> {
  const wanted =
    "outside" in where ? isOutside(where.outside) : statement`event_time <@ ${multirange(where.inside)}`;
  const rows = await queries.rows<EventRow>(statement`
    select id, key, slot, event_time as time, event
    from stream_event
    where generation_id = ${generationId} and id > ${after} and ${wanted}
    order by id
    limit ${limit}`);
  return { events: rows.map(eventOf), last: rows.at(-1)?.id ?? after };
}

async function noteApplied(
  queries: Queries,
  generationId: number,
  { stamp, appliedSeq, logged }: StreamApplied,
): Promise<void> {
  await queries.run(statement`
    update stream_view
    set
      applied_stamp = ${stamp},
      applied_seq = ${appliedSeq},
      logged = ${multirange(logged)},
      is_dirty = false
    where generation_id = ${generationId}`);
  await queries.run(statement`
    update view_generation
    set online_lost_at = null
    where id = ${generationId} and online_lost_at is not null`);
}

function eventOf({ key, slot, time, event }: EventRow): StreamEvent {
  return { key, slot: micros(slot), time: micros(time), event };
}
