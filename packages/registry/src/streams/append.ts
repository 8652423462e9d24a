import { TeselaError } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { NewStreamBatch, StreamEvent } from "../types/stream.ts";

/** Requests are remembered this long: a repetition after it is a new request. */
const REMEMBERED = "1 day";

/** What is known of a request: its result, JSON. */
export interface KnownBatch {
  readonly result: unknown;
}

/** Appends a request in one transaction; gives the first one's result where it was appended already. */
export async function appendBatch(tx: Queries, batch: NewStreamBatch): Promise<KnownBatch | null> {
  const { workspaceId, idempotencyKey, digest, result } = batch;
  await tx.run(
    statement`delete from stream_batch where created_at < now() - ${REMEMBERED}::interval and workspace_id = ${workspaceId}`,
  );
  const count = await tx.run(statement`
    insert into stream_batch (workspace_id, idempotency_key, digest, result)
    values (${workspaceId}, ${idempotencyKey}, ${digest}, ${JSON.stringify(result)}::jsonb)
    on conflict do nothing`);
  if (count === 0) return knownBatch(tx, workspaceId, idempotencyKey, digest);
  // Always in this order, so that no two requests wait for each other in a circle.
  const views = batch.views.toSorted((a, b) => a.generationId - b.generationId);
  for (const { generationId, events } of views) await appendEvents(tx, generationId, events);
  return null;
}

/** A request that was appended, or `null`. Throws `CONFLICT` where another one has its key. */
export async function knownBatch(
  queries: Queries,
  workspaceId: number,
  idempotencyKey: string,
  digest: string,
): Promise<KnownBatch | null> {
  const row = await queries.first<{ digest: string; result: unknown }>(statement`
    select digest, result
    from stream_batch
    where workspace_id = ${workspaceId} and idempotency_key = ${idempotencyKey}`);
  if (row === null || row.digest === digest) return row;
  throw new TeselaError("CONFLICT", "Another request was ingested under the same idempotency key.", {
    fix: "Give every request a key of its own, and repeat a request only as it was.",
  });
}

async function appendEvents(
  tx: Queries,
  generationId: number,
  events: readonly StreamEvent[],
): Promise<void> {
  const row = await tx.first<{ seq: bigint }>(statement`
    insert into stream_view (generation_id, appended_seq)
    values (${generationId}, 1)
    on conflict (generation_id) do update set appended_seq = stream_view.appended_seq + 1
    returning appended_seq as seq`);
  await tx.run(statement`
    insert into stream_event (generation_id, seq, key, slot, event_time, event)
    select ${generationId}::integer, ${row!.seq}::bigint, key, slot, event_time, event
    from unnest(
      ${events.map(({ key }) => Buffer.from(key))}::bytea[],
      ${events.map(({ slot }) => slot)}::bigint[],
      ${events.map(({ time }) => time)}::bigint[],
      ${events.map(({ event }) => Buffer.from(event))}::bytea[]
    ) as pushed (key, slot, event_time, event)`);
}
