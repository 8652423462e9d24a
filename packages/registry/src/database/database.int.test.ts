import { createDatabase, dropDatabase } from "@tesela/test/support";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";
import { openDatabase, type Database } from "./database.ts";
import { statement } from "./statement.ts";

let url: string;
let database: Database;
let migration: Database;

beforeEach(async () => {
  url = await createDatabase(inject("pgUrl"));
  database = openDatabase(url, 4);
  migration = openDatabase(url, 1);
  await migration.run(statement`create table thing (id integer, size integer)`);
  await migration.run(statement`insert into thing values (1, 10)`);
});

afterEach(async () => {
  await database.close();
  await migration.close();
  await dropDatabase(inject("pgUrl"), url);
});

const all = statement`select id, size from thing order by id`;
const grow = (): Promise<number> =>
  migration.run(statement`alter table thing alter column size type bigint using size`);
const rename = (): Promise<number> =>
  migration.run(statement`alter table thing alter column size type text using size::text`);

describe("a migration that changes what planned statements give", () => {
  test("is not noticed by those who use the connections that planned them", async () => {
    const everywhere = () => Promise.all(Array.from({ length: 4 }, () => database.first(all)));
    expect(await everywhere()).toEqual(Array.from({ length: 4 }, () => ({ id: 1, size: 10 })));
    await grow();
    expect(await everywhere()).toEqual(Array.from({ length: 4 }, () => ({ id: 1, size: 10n })));
    await rename();
    expect(await everywhere()).toEqual(Array.from({ length: 4 }, () => ({ id: 1, size: "10" })));
  });

  test("lets a transaction begin again, with nothing done twice", async () => {
    const insert = (id: number) =>
      database.transaction(async (tx) => {
        await tx.run(statement`insert into thing (id) values (${id})`);
        return tx.rows(all);
      });
    await insert(2);
    await grow();
    expect(await insert(3)).toEqual([
      { id: 1, size: 10n },
      { id: 2, size: null },
      { id: 3, size: null },
    ]);
  });
});

test("what fails for another reason is not done again", async () => {
  let runs = 0;
  const work = database.transaction((tx) => {
    runs++;
    return tx.run(statement`insert into thing values ('no number')`);
  });
  await expect(work).rejects.toMatchObject({ code: "22P02" });
  expect(runs).toBe(1);
});
