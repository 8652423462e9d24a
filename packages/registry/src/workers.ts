import type { Database } from "./database/database.ts";
import { statement } from "./database/statement.ts";
import type { Workers } from "./types/worker.ts";

/** Workers in Postgres; their age is by the database's clock. */
export function createWorkers(database: Database): Workers {
  return {
    async beat({ id, host, pid, capabilities }) {
      await database.run(statement`
        insert into worker (id, host, pid, capabilities)
        values (${id}, ${host}, ${pid}, ${capabilities})
        on conflict (id) do update
        set host = excluded.host, pid = excluded.pid, capabilities = excluded.capabilities,
          beat_at = clock_timestamp()`);
    },
    alive: (maxAgeMs) =>
      database.rows(statement`
        select id, host, pid, capabilities, started_at as "startedAt", beat_at as "beatAt"
        from worker
        where beat_at > clock_timestamp() - ${maxAgeMs} * interval '1 millisecond'
        order by id`),
    async remove(id) {
      await database.run(statement`delete from worker where id = ${id}`);
    },
  };
}
