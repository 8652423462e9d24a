import { largestChildBytes } from "@tesela/test/support";
import pg from "pg";

/** What a long run must not let grow. */
export interface Sample {
  readonly ownMegabytes: number;
  /** Of the largest process below this one: a worker, or its DuckDB. */
  readonly childMegabytes: number;
  readonly handles: number;
  readonly databaseConnections: number;
  /** Rows of tables that hold what is under way, not what has been. */
  readonly openRows: number;
  /** Rows of tables that are history: they grow with each job. */
  readonly historyRows: number;
}

const OPEN_TABLES = ["task", "snapshot_lease", "part"];
const HISTORY_TABLES = ["job", "attempt", "attempt_log", "commit", "file", "range"];

/** Looks at this process, those below it, and the database. */
export async function sampleOf(databaseUrl: string): Promise<Sample> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const count = async (sql: string): Promise<number> => {
      const { rows } = await client.query<{ count: string }>(sql);
      return Number(rows[0]!.count);
    };
    return {
      ownMegabytes: Math.round(process.memoryUsage.rss() / 2 ** 20),
      childMegabytes: Math.round(largestChildBytes() / 2 ** 20),
      handles: process.getActiveResourcesInfo().length,
      databaseConnections: await count(
        "select count(*) from pg_stat_activity where datname = current_database()",
      ),
      openRows: await count(countSql(OPEN_TABLES)),
      historyRows: await count(countSql(HISTORY_TABLES)),
    };
  } finally {
    await client.end();
  }
}

function countSql(tables: readonly string[]): string {
  return `select sum(rows) as count from (${tables.map((table) => `select count(*) as rows from ${table}`).join(" union all ")})`;
}

/** How much the last third may have of what the second third had. */
const MOST_GROWTH = 1.2;
/** What comes and goes with timing. */
const SLACK: Readonly<Record<Exclude<keyof Sample, "historyRows">, number>> = {
  ownMegabytes: 50,
  childMegabytes: 50,
  handles: 20,
  databaseConnections: 5,
  openRows: 200,
};

/** Compares the last third of a run with the second; the first warms up. Prints what has grown. */
export function isFlat(samples: readonly Sample[]): boolean {
  const third = Math.floor(samples.length / 3);
  const [before, after] = [samples.slice(third, 2 * third), samples.slice(2 * third)];
  const grown = (Object.keys(SLACK) as (keyof typeof SLACK)[]).filter((what) => {
    const most = (some: readonly Sample[]) => Math.max(0, ...some.map((sample) => sample[what]));
    return most(after) > most(before) * MOST_GROWTH + SLACK[what];
  });
  console.log(`${samples.length} days; ${grown.length === 0 ? "flat" : `grown: ${grown.join(", ")}`}`);
  return grown.length === 0 && third > 0;
}
