import { execFile } from "node:child_process";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quoteLiteral } from "@tesela/core";
import { startEmbedded, type EmbeddedPlatform } from "@tesela/platform";
import {
  attribute,
  batchFeatureView,
  batchSource,
  declarationsOf,
  entity,
  parquetFiles,
  sql,
} from "@tesela/sdk";
import { COMPILED, createDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, expect, inject, test } from "vitest";

const user = entity({ name: "user", joinKeys: { user_id: "int64" } });
const events = batchSource({
  name: "events",
  batch: parquetFiles("events.parquet", { timestampField: "date" }),
});
const last = batchFeatureView({
  name: "last",
  entities: [user],
  sources: { events },
  transform: ({ events: source }) => sql`select user_id, date, amount from ${source}`,
  timestampField: "date",
  features: [attribute("amount", "int64")],
  batchSchedule: "1d",
  batchTrigger: "manual",
  featureStartTime: "2024-01-11",
  online: true,
  offline: true,
});

const bin = join(import.meta.dirname, "../../packages/platform/bin/tesela.mjs");
let directory: string;
let platform: EmbeddedPlatform;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function tesela(line: string): Promise<Ran> {
  const own = { TESELA_URL: platform.url, TESELA_API_KEY: platform.apiKey };
  const env = { PATH: process.env["PATH"], ...COMPILED, ...own };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...line.split(" ")], { env }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

interface JobList {
  readonly jobs: readonly { readonly id: string }[];
}

/** As many events as told, each of ten more than the one before. */
async function writeEvents(count: number): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`
    copy (
      select 1::bigint as user_id, timestamp '2024-01-12' + n * interval 1 hour as date, 10 * n as amount
      from range(1, ${count + 1}) as numbers (n)
    ) to ${quoteLiteral(join(directory, "events.parquet"))} (format parquet)`);
  connection.closeSync();
}

const jsonOf = ({ out }: Ran): unknown => JSON.parse(out);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tesela-jobs-"));
  await writeEvents(1);
  platform = await startEmbedded({
    dir: join(directory, "platform"),
    databaseUrl: await createDatabase(inject("pgUrl")),
    sourceRoots: [directory],
    clock: "2024-01-15T00:00:00Z",
    logLevel: "silent",
    workerMemory: "512MB",
  });
  await platform.client.getWorkspace("default").apply(declarationsOf({ user, events, last }));
});
afterAll(async () => {
  await platform.stop();
  await rm(directory, { recursive: true, force: true });
});

test("a job is started, waited for, shown, retried and listed; what is missing is told", async () => {
  const [file, away] = [join(directory, "events.parquet"), join(directory, "away")];
  await rename(file, away);
  const failed = await tesela("materialize last --start 2024-01-10 --end 2024-01-15 --no-retries --wait");
  expect(failed).toMatchObject({ code: 1, out: "" });
  expect(failed.err).toMatch(/error: Materialization job ".*" ended as FAILURE. SOURCE_MISSING/);
  const [listed, gaps] = [await tesela("jobs list last --state FAILURE --json"), await tesela("gaps --json")];
  const { jobs } = jsonOf(listed) as JobList;
  expect(jobs).toHaveLength(1);
  const { id } = jobs[0]!;
  expect(jsonOf(gaps)).toMatchObject({
    views: [
      { featureView: "last", gaps: [{ store: "offline", reason: "failed", jobId: id }, { store: "online" }] },
    ],
  });
  await rename(away, file);
  expect(await tesela(`jobs retry ${id} --wait --timeout 60s`)).toMatchObject({
    code: 0,
    out: `Job ${id}: SUCCESS.\n`,
  });
  const shown = await tesela(`jobs show ${id}`);
  expect(shown.out).toMatch(/state +SUCCESS[\s\S]*SOURCE_MISSING[\s\S]*\n#2 /);
  const status = await tesela("status last --sort ATTEMPT_NUMBER --json");
  expect(jsonOf(status)).toMatchObject({ rows: [{ STATUS: "FAILURE" }, { STATUS: "SUCCESS" }] });
  expect((await tesela("gaps last")).out).toContain("There are no gaps.");
});

test("a job that has ended is cancelled to no effect, and cannot be retried once it has succeeded", async () => {
  const { jobs } = jsonOf(await tesela("jobs list --json")) as {
    readonly jobs: readonly { readonly id: string }[];
  };
  const { id } = jobs[0]!;
  expect(await tesela(`jobs cancel ${id} --wait`)).toMatchObject({ code: 0, out: `Job ${id}: SUCCESS.\n` });
  const retried = await tesela(`jobs retry ${id} --json`);
  expect(retried.code).toBe(1);
  expect(jsonOf(retried)).toMatchObject({ error: { code: "CONFLICT" } });
  expect(jsonOf(await tesela("refill last --json"))).toEqual({ released: 0, jobsMade: 0 });
  const unknown = await tesela(`jobs wait ${crypto.randomUUID()}`);
  expect(unknown).toMatchObject({ code: 1, err: expect.stringContaining("There is no job") as unknown });
});

test("what was computed from another file is stale, and is materialized again", async () => {
  const fresh = await tesela("gaps last --compare --json");
  expect(jsonOf(fresh)).toMatchObject({ views: [{ featureView: "last", gaps: [] }] });
  await writeEvents(2);
  const stale = await tesela("gaps last --compare --json");
  expect(jsonOf(stale)).toMatchObject({ views: [{ gaps: [{ reason: "stale" }, { reason: "stale" }] }] });
  const { jobs } = jsonOf(await tesela("refill last --stale --json")) as JobList;
  for (const { id } of jobs) expect((await tesela(`jobs wait ${id} --timeout 60s`)).code).toBe(0);
  const online = await tesela("get-online last user_id=1 --json");
  expect(online.out).toContain('"20"');
  const unknown = await tesela("get-online last --key user_id=99");
  expect(unknown.out).toMatch(/MISSING_DATA.*no value is visible/);
});
