import { isErrorCode } from "@tesela/core";
import type { Database } from "../database/database.ts";
import { statement } from "../database/statement.ts";
import { lockGeneration } from "../ledger/lock-generation.ts";
import type { Schedule } from "../types/schedule.ts";
import { takeTurn } from "./take-turn.ts";

/** The schedule in Postgres; the ledger's reservations make a turn that is taken twice change nothing. */
export function createSchedule(database: Database): Schedule {
  return {
    takeTurn: (turn) => database.transaction((tx) => takeTurn(tx, turn)),
    async failed(generationId, { code, message }) {
      await database.run(statement`
        insert into schedule_error (generation_id, code, message)
        values (${generationId}, ${code}, ${message})
        on conflict (generation_id) do update
        set code = excluded.code, message = excluded.message, failed_at = now()`);
    },
    async failure(generationId) {
      const row = await database.prisma.scheduleError.findUnique({ where: { generationId } });
      if (row === null) return null;
      const { code, message, failedAt } = row;
      return { code: isErrorCode(code) ? code : "INTERNAL", message, failedAt };
    },
    release: (generationId, range) =>
      database.transaction(async (tx) => {
        await lockGeneration(tx, generationId);
        return tx.run(statement`
          update job
          set released_at = clock_timestamp()
          where generation_id = ${generationId}
            and type = 'batch'
            and state in ('MANUALLY_CANCELLED', 'FAILURE')
            and released_at is null
            and (${range?.end ?? null}::bigint is null or start_time < ${range?.end ?? null})
            and (${range?.start ?? null}::bigint is null or end_time > ${range?.start ?? null})`);
      }),
  };
}
