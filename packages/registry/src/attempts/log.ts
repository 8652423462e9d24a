import type { Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { isUuid } from "../database/uuid.ts";
import type { LogLine } from "../types/job.ts";

/** What is kept of one attempt. */
const MOST_LINES = 1_000;
const MOST_CHARACTERS = 2_000;

/** Adds lines to an attempt's log, as far as there is room. */
export async function writeLog(
  queries: Queries,
  attemptId: string,
  lines: readonly LogLine[],
): Promise<void> {
  if (!isUuid(attemptId) || lines.length === 0) return;
  await queries.run(statement`
    insert into attempt_log (attempt_id, at, level, message)
    select ${attemptId}::uuid, at, level, left(message, ${MOST_CHARACTERS}::integer)
    from unnest(
      ${lines.map(({ at }) => at)}::timestamptz[],
      ${lines.map(({ level }) => level)}::text[],
      ${lines.map(({ message }) => message)}::text[]
    ) with ordinality as line (at, level, message, place)
    where place + (select count(*) from attempt_log where attempt_id = ${attemptId}) <= ${MOST_LINES}::integer
      and exists (select 1 from attempt where id = ${attemptId})
    order by place`);
}
