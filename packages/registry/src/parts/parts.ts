import { micros } from "@tesela/core";
import { describeAttempt } from "../attempts/claim.ts";
import { lockHeldAttempt } from "../attempts/held-attempt.ts";
import type { Database, Queries } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import type { ClaimedPart, NewParts, PartClaim, Parts } from "../types/part.ts";
import { readOutput, storeOutput, type StoredOutput } from "./output-codec.ts";

/** Parts in Postgres. */
export function createParts(database: Database): Parts {
  return {
    create: (attemptId, fence, parts) =>
      database.transaction((tx) => insertParts(tx, attemptId, fence, parts)),
    attempt: (attemptId, fence) => database.transaction((tx) => describeAttempt(tx, attemptId, fence)),
    claim: (attemptId, claim) => claimPart(database, attemptId, claim),
    async beat(attemptId, { number, claims }, leaseMs) {
      const row = await database.first(statement`
        update part
        set lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
        from attempt
        where part.attempt_id = ${attemptId}
          and part.number = ${number}
          and part.claims = ${claims}
          and attempt.id = part.attempt_id
          and attempt.state = 'RUNNING'
        returning part.number`);
      return row !== null;
    },
    async complete(attemptId, { number, claims }, output) {
      await database.run(statement`
        update part
        set output = ${JSON.stringify(storeOutput(output))}::jsonb, lease_until = null
        where attempt_id = ${attemptId} and number = ${number} and claims = ${claims}`);
    },
    async release(attemptId, { number, claims }) {
      await database.run(statement`
        update part
        set worker_id = null, lease_until = null
        where attempt_id = ${attemptId} and number = ${number} and claims = ${claims} and output is null`);
    },
    async outputs(attemptId) {
      const rows = await database.rows<{ output: StoredOutput | null }>(statement`
        select output
        from part
        where attempt_id = ${attemptId}
        order by number`);
      return rows.map(({ output }) => (output === null ? null : readOutput(output)));
    },
    async remove(attemptId) {
      await database.run(statement`delete from part where attempt_id = ${attemptId}`);
    },
  };
}

/** Parts that a killed attempt of the job has left go with it. */
async function insertParts(
  tx: Queries,
  attemptId: string,
  fence: number,
  { ranges, sourceFingerprint }: NewParts,
): Promise<void> {
  const { job } = await lockHeldAttempt(tx, attemptId, fence);
  await tx.run(statement`
    delete from part
    where attempt_id in (select id from attempt where job_id = ${job.id})`);
  await tx.run(statement`
    insert into part (attempt_id, number, start_time, end_time, source_fingerprint)
    select ${attemptId}::uuid, number - 1, start_time, end_time, ${sourceFingerprint}::text
    from unnest(
      ${ranges.map(({ start }) => start)}::bigint[],
      ${ranges.map(({ end }) => end)}::bigint[]
    ) with ordinality as part (start_time, end_time, number)`);
}

async function claimPart(
  database: Database,
  attemptId: string,
  { workerId, leaseMs, sourceFingerprint }: PartClaim,
): Promise<ClaimedPart | null> {
  const row = await database.first<{ number: number; start: bigint; end: bigint; claims: number }>(statement`
    update part
    set worker_id = ${workerId},
      lease_until = clock_timestamp() + ${leaseMs} * interval '1 millisecond',
      claims = claims + 1
    where (attempt_id, number) = (
      select part.attempt_id, part.number
      from part
      join attempt on attempt.id = part.attempt_id and attempt.state = 'RUNNING'
      where part.attempt_id = ${attemptId}
        and part.source_fingerprint = ${sourceFingerprint}
        and part.output is null
        and (part.worker_id is null or part.lease_until < clock_timestamp())
      order by part.number
      limit 1
      for no key update of part skip locked
    )
    returning number, start_time as start, end_time as "end", claims`);
  if (row === null) return null;
  const { number, start, end, claims } = row;
  return { number, claims, range: { start: micros(start), end: micros(end) } };
}
