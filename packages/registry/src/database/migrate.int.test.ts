import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { migrate } from "./migrate.ts";

let url: string;
let client: pg.Client;
let directory: string;

beforeEach(async () => {
  url = await createDatabase(inject("pgUrl"));
  client = new pg.Client({ connectionString: url });
  await client.connect();
  directory = await mkdtemp(join(tmpdir(), "migrations-"));
});

afterEach(async () => {
  await client.end();
  await dropDatabase(inject("pgUrl"), url);
  await rm(directory, { recursive: true });
});

const write = async (name: string, sql: string): Promise<void> => {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, "migration.sql"), sql);
};
const migrateTo = (): Promise<void> => migrate(url, pathToFileURL(`${directory}/`));
const recorded = async () =>
  (await client.query<Record<string, unknown>>("select * from _prisma_migrations order by migration_name"))
    .rows;

describe("migrations", () => {
  test("of the platform run once, also when several processes start at once", async () => {
    await Promise.all([migrate(url), migrate(url), migrate(url)]);
    await migrate(url);
    const rows = await recorded();
    const folders = await readdir(new URL("../../../../prisma/migrations/", import.meta.url));
    expect(rows.map((row) => row["migration_name"])).toEqual(
      folders.filter((name) => /^\d/.test(name)).toSorted(),
    );
    for (const row of rows)
      expect(row).toMatchObject({ applied_steps_count: 1, rolled_back_at: null, logs: null });
  });

  test("are recorded as Prisma records them: name, SHA-256 of the file, one finished step", async () => {
    await write("1_first", "create table a ();");
    await migrateTo();
    expect(await recorded()).toMatchObject([
      {
        migration_name: "1_first",
        checksum: createHash("sha256").update("create table a ();").digest("hex"),
        finished_at: expect.any(Date) as unknown,
      },
    ]);
  });

  test("recorded already are not applied again", async () => {
    await write("1_first", "create table a ();");
    await migrateTo();
    await write("2_second", "create table b ();");
    await migrateTo();
    expect((await recorded()).map((row) => row["migration_name"])).toEqual(["1_first", "2_second"]);
  });

  test("that fail leave nothing but their log, and the next start is refused with the fix", async () => {
    await write("1_first", "create table a (); create table a ();");
    await expect(migrateTo()).rejects.toThrow(/already exists/);
    expect((await client.query("select to_regclass('a') as a")).rows).toEqual([{ a: null }]);
    expect((await recorded())[0]!["logs"]).toMatch(/already exists/);
    await expect(migrateTo()).rejects.toMatchObject({
      code: "MISCONFIGURED",
      fix: expect.stringContaining("prisma migrate resolve --rolled-back 1_first") as unknown,
    });
  });

  test("that were modified after they had been applied are refused", async () => {
    await write("1_first", "create table a ();");
    await migrateTo();
    await write("1_first", "create table a (id int);");
    await expect(migrateTo()).rejects.toMatchObject({ code: "MISCONFIGURED" });
  });

  test("throw UNAVAILABLE where no database answers", async () => {
    await expect(migrate("postgresql://postgres@127.0.0.1:1/none")).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
  });
});
