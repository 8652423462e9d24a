import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync, statSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { createConnection } from "node:net";
import { join } from "node:path";
import pg from "pg";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDirectory } from "../embedded/directory.ts";
import { embeddedPostgresUrl, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { readPostmaster } from "./postmaster.ts";
import type { EmbeddedPostgres } from "./embedded-postgres.ts";

const logger = pino({ level: "silent" });
const made: string[] = [];

function newDirectory(): string {
  const dir = openDirectory(join(mkdtempSync(join(tmpdir(), "tesela-platform-")), ".tesela"));
  made.push(dir);
  return dir;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: "array" })).rows as unknown[];
  } finally {
    await client.end();
  }
}

function withoutPassword(url: string): string {
  const changed = new URL(url);
  changed.password = "";
  return changed.href;
}

afterAll(() => {
  for (const dir of made) {
    rmSync(realpathSync(join(dir, "postgres")), { recursive: true, force: true });
    rmSync(join(dir, ".."), { recursive: true, force: true });
  }
});

describe("a running server", () => {
  const dir = newDirectory();
  let postgres: EmbeddedPostgres;
  beforeAll(async () => {
    postgres = await startEmbeddedPostgres(dir, logger);
  });
  afterAll(() => postgres.stop());

  test("answers whoever has the password", async () => {
    expect(await query(postgres.url, "select 1")).toEqual([[1]]);
  });

  test("refuses everybody without a password, or with a wrong one", async () => {
    await expect(query(withoutPassword(postgres.url), "select 1")).rejects.toThrow(/password/);
    const wrong = new URL(postgres.url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toThrow("password authentication failed");
  });

  test("trusts no line of its access file", async () => {
    const methods = await query(postgres.url, "select distinct auth_method from pg_hba_file_rules");
    expect(methods).toEqual([["scram-sha-256"]]);
  });

  test("listens on the loopback address alone", async () => {
    expect(await query(postgres.url, "show listen_addresses")).toEqual([["127.0.0.1"]]);
    const port = Number(new URL(postgres.url).port);
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .filter(({ internal, family }) => !internal && family === "IPv4");
    for (const { address } of others) {
      const socket = createConnection({ host: address, port });
      await expect(once(socket, "connect")).rejects.toThrow("ECONNREFUSED");
    }
  });

  test("keeps its password where only its owner reads it", () => {
    expect(statSync(join(dir, "postgres-password")).mode & 0o777).toBe(0o600);
  });

  test("is found by its directory", () => {
    expect(embeddedPostgresUrl(dir)).toBe(postgres.url);
  });
});

test("a second start finds what the first one stored", async () => {
  const dir = newDirectory();
  const first = await startEmbeddedPostgres(dir, logger);
  await query(first.url, "create table kept as select 7 as value");
  await first.stop();
  const second = await startEmbeddedPostgres(dir, logger);
  expect(await query(second.url, "select value from kept")).toEqual([[7]]);
  await second.stop();
});

test("a server that outlived its platform is stopped, and its data are kept", async () => {
  const dir = newDirectory();
  const orphan = await startEmbeddedPostgres(dir, logger);
  await query(orphan.url, "create table kept as select 7 as value");
  const { pid } = readPostmaster(join(dir, "postgres"))!;
  const heir = await startEmbeddedPostgres(dir, logger);
  expect(readPostmaster(join(dir, "postgres"))!.pid).not.toBe(pid);
  expect(await query(heir.url, "select value from kept")).toEqual([[7]]);
  await heir.stop();
});

test("a killed server's postmaster.pid does not hinder the next start, nor does another program of that number", async () => {
  const dir = newDirectory();
  const first = await startEmbeddedPostgres(dir, logger);
  await query(first.url, "create table kept as select 7 as value");
  const file = join(dir, "postgres", "postmaster.pid");
  const { readFileSync, writeFileSync } = await import("node:fs");
  const left = readFileSync(file, "utf8");
  await first.stop();
  const other = spawn("sleep", ["60"]);
  writeFileSync(file, left.replace(/^\d+/, String(other.pid)));
  const second = await startEmbeddedPostgres(dir, logger);
  expect(await query(second.url, "select value from kept")).toEqual([[7]]);
  expect(other.exitCode).toBeNull();
  await second.stop();
  other.kill();
});
