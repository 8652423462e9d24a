import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { TeselaError } from "@tesela/core";
import pg from "pg";
import { unavailableOr } from "./connection-error.ts";

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

interface Recorded {
  readonly name: string;
  readonly checksum: string;
  readonly isFinished: boolean;
}

/** Where the migrations are, seen from `src` and from `dist` alike. */
const DIRECTORY = new URL("../../../../prisma/migrations/", import.meta.url);

/** The key that Prisma's own command line locks. */
const LOCK = 72707369;

/**
 * Brings the database up to date: a small `prisma migrate deploy` that keeps Prisma's own table, checksums and
 * lock. Safe when several processes start at once. Throws `MISCONFIGURED` on a failed or modified migration.
 */
export async function migrate(databaseUrl: string, directory: URL = DIRECTORY): Promise<void> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
  // Whatever breaks the connection also fails the statement that runs.
  client.on("error", () => {});
  try {
    await client.connect();
    await client.query(`select pg_advisory_lock(${LOCK})`);
    await deploy(client, migrations);
  } catch (error) {
    throw unavailableOr(error);
  } finally {
    await client.end();
  }
}

async function readMigrations(directory: URL): Promise<Migration[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.toSorted().map((name) => readMigration(directory, name)));
}

async function readMigration(directory: URL, name: string): Promise<Migration> {
  const sql = await readFile(new URL(`${name}/migration.sql`, directory), "utf8");
  return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
}

async function deploy(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const recorded = await readRecorded(client);
  const failed = recorded.find((one) => !one.isFinished);
  if (failed !== undefined) throw failedEarlier(failed.name);
  for (const migration of migrations) {
    const earlier = recorded.find((one) => one.name === migration.name);
    if (earlier === undefined) await apply(client, migration);
    else if (earlier.checksum !== migration.checksum) throw modified(migration.name);
  }
}

async function readRecorded(client: pg.Client): Promise<Recorded[]> {
  await client.query(`
    create table if not exists _prisma_migrations (
      id varchar(36) primary key not null,
      checksum varchar(64) not null,
      finished_at timestamptz,
      migration_name varchar(255) not null,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0
    )`);
  const { rows } = await client.query<Recorded>(`
    select migration_name as name, checksum, finished_at is not null as "isFinished"
    from _prisma_migrations
    where rolled_back_at is null`);
  return rows;
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID();
  const begin = "insert into _prisma_migrations (id, checksum, migration_name) values ($1, $2, $3)";
  await client.query(begin, [id, checksum, name]);
  try {
    // Several statements in one query are one transaction.
    await client.query(sql);
  } catch (error) {
    await client.query("update _prisma_migrations set logs = $2 where id = $1", [id, String(error)]);
    throw error;
  }
  const finish = "update _prisma_migrations set finished_at = now(), applied_steps_count = 1 where id = $1";
  await client.query(finish, [id]);
}

function failedEarlier(name: string): TeselaError {
  return new TeselaError("MISCONFIGURED", `Migration "${name}" has failed in this database before.`, {
    fix: `Read its logs in the table _prisma_migrations, mend the cause, then run: prisma migrate resolve --rolled-back ${name}`,
  });
}

function modified(name: string): TeselaError {
  return new TeselaError(
    "MISCONFIGURED",
    `Migration "${name}" is not the one that this database was made with: its checksum differs.`,
    { fix: "Start the release that made the database, or one after it; never edit a migration." },
  );
}
