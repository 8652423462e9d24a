import { encodeKey, type DeletedKeys } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";

/** Takes events of deleted keys from before their deletion out of a stream view's log; keys are in the view's order. */
export async function removeEvents(
  queries: Queries,
  generationId: number,
  { keys }: DeletedKeys,
): Promise<void> {
  await queries.run(statement`
    delete from stream_event
    using unnest(
      ${keys.map(({ key }) => Buffer.from(encodeKey(key)))}::bytea[],
      ${keys.map(({ before }) => before)}::bigint[]
    ) as deleted (key, before)
    where stream_event.generation_id = ${generationId}
      and stream_event.key = deleted.key
      and stream_event.event_time < deleted.before`);
}
