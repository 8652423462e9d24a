import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TeselaError } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createEngine, type Engine } from "../engine/engine.ts";

const root = mkdtempSync(join(tmpdir(), "cage-"));
const inputs = join(root, "inputs");
const flights = join(inputs, "flights.parquet");
const secret = join(inputs, "secret.parquet");
const output = join(root, "stolen");
const engine: Engine = createEngine({ memoryBytes: 256e6, threads: 2, tempRoot: join(root, "engines") });
const relations = [{ name: "flights", columns: [{ name: "id", type: "BIGINT" }] }];

beforeAll(async () => {
  mkdirSync(inputs);
  for (const file of [flights, secret])
    await engine.run({
      statements: [{ sql: `copy (select 42::bigint as id) to '${file}' (format parquet)` }],
      files: [file],
    });
  writeFileSync(join(inputs, "plain.txt"), "secret");
});

afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true, force: true });
});

/** Ways to files, the network or the configuration: refused by the check, and by the engine if run unchecked. */
const attacks: readonly string[] = [
  `select * from '/etc/passwd'`,
  `select * from "/etc/passwd"`,
  `select * from read_csv('/etc/passwd')`,
  `select * from read_csv_auto('/etc/passwd')`,
  `select * from read_text('/etc/passwd')`,
  `select * from read_blob('/proc/self/environ')`,
  `select * from read_blob('/proc/self/mem')`,
  `select * from read_json('/etc/passwd')`,
  `select * from read_ndjson_objects('/etc/passwd')`,
  `select * from sniff_csv('/etc/passwd')`,
  `select * from read_csv('/dev/stdin')`,
  `select * from read_parquet('${secret}')`,
  `select * from '${secret}'`,
  `select * from read_parquet('${inputs}/*.parquet')`,
  `select * from read_parquet('${inputs}/../inputs/secret.parquet')`,
  `select * from parquet_scan('${secret}')`,
  `select * from parquet_metadata('${secret}')`,
  `select * from parquet_schema('${secret}')`,
  `select * from parquet_kv_metadata('${secret}')`,
  `select * from parquet_bloom_probe('${secret}', 'id', 1)`,
  `select * from glob('${inputs}/*')`,
  `select * from glob('/etc/*')`,
  `select * from query('select * from read_text(''/etc/passwd'')')`,
  `select * from query_table('/etc/passwd')`,
  `select * from query_table('${secret}')`,
  `select * from json_execute_serialized_sql(json_serialize_sql('select * from read_text(''/etc/passwd'')'))`,
  `select json_serialize_plan('select * from read_parquet(''${secret}'')')::varchar::integer`,
  `select * from read_parquet('http://127.0.0.1:9/x.parquet')`,
  `select * from 'https://127.0.0.1:9/x.parquet'`,
  `select * from read_parquet('s3://bucket/x.parquet')`,
  `select * from read_text('file:///etc/passwd')`,
  `select * from read_duckdb('${output}')`,
  `select * from which_secret('s3://x')`,
  `copy (select 1) to '${output}'`,
  `copy (select 1) to '${output}.parquet' (format parquet)`,
  `copy (select 1) to '/dev/stdout'`,
  `copy (select 1) to '/proc/self/fd/3'`,
  `copy (select 1 as a, 2 as b) to '${output}' (format parquet, partition_by (a))`,
  `export database '${output}'`,
  `import database '${inputs}'`,
  `attach '${output}.db' as stolen`,
  `attach '${secret}' as stolen`,
  `attach 'http://127.0.0.1:9/x.db' as stolen`,
  `install httpfs`,
  `force install httpfs from 'http://127.0.0.1:9'`,
  `load httpfs`,
  `load '${output}.duckdb_extension'`,
  `set enable_external_access = true`,
  `set allowed_paths = ['/etc/passwd']`,
  `set allowed_directories = ['/']`,
  `set temp_directory = '/tmp'`,
  `set memory_limit = '100GB'`,
  `set threads = 64`,
  `set lock_configuration = false`,
  `set autoload_known_extensions = true`,
  `set extension_directory = '${output}'`,
  `set secret_directory = '${output}'`,
  `set home_directory = '${output}'`,
  `set log_query_path = '${output}'`,
  `set profiling_output = '${output}'`,
  `set TimeZone = 'Europe/Paris'`,
  `reset lock_configuration`,
  `pragma memory_limit = '100GB'`,
  `pragma profiling_output = '${output}'`,
  `pragma enable_profiling = 'json'`,
  `create persistent secret stolen (type s3, key_id 'x', secret 'y')`,
  `create secret stolen (type s3, provider credential_chain)`,
  `select getenv('PATH') from flights`,
];

describe("a way to files, the network or the configuration", () => {
  it.each(attacks)("%s is refused by the check of user SQL", async (sql) => {
    const { verdict } = await engine.check({ sql, relations, rowWise: true });
    expect(verdict).toBe("refused");
    const wholeBatch = await engine.check({ sql, relations, rowWise: false });
    expect(wholeBatch.verdict).toBe("refused");
  });

  it.each(attacks)("%s fails in the engine even if it is run unchecked", async (sql) => {
    const attempt = engine.run({ statements: [{ sql, rows: true }], files: [flights] });
    await expect(attempt).rejects.toThrow(TeselaError);
    expect(readdirSync(inputs).toSorted()).toEqual(["flights.parquet", "plain.txt", "secret.parquet"]);
    expect(readdirSync(root).toSorted()).toEqual(["engines", "inputs"]);
  });
});

/** Ways to learn about the engine, the session, the clock, or to depend on more than the row: check only. */
const leaks: readonly string[] = [
  "version()",
  "current_setting('temp_directory')",
  "getvariable('x')",
  "current_database()",
  "current_schema()",
  "current_schemas(true)",
  "current_query()",
  "current_user",
  "session_user",
  "user",
  "current_role",
  "current_catalog",
  "pg_typeof(id)",
  "pg_sleep(1)",
  "sleep_ms(1)",
  "has_table_privilege('x', 'y')",
  "txid_current()",
  "in_search_path('a', 'b')",
  "nextval('s')",
  "currval('s')",
  "write_log('x')",
  "stats(id)",
  "random()",
  "setseed(0.5)",
  "uuid()",
  "gen_random_uuid()",
  "uuidv7()",
  "now()",
  "today()",
  "get_current_time()",
  "current_timestamp",
  "current_date",
  "current_time",
  "localtime",
  "localtimestamp",
  "current_localtimestamp()",
  "transaction_timestamp()",
  "ago(interval 1 day)",
  "age(timestamp '2020-01-01')",
  "inet_client_addr()",
  "list_aggregate([id], 'reservoir_quantile', 0.5)",
  "list_aggregate([id], id::varchar)",
  "get_block_size('memory')",
  "list_transform([id], lambda x: random())",
  "case when true then now() end",
  "coalesce(null, uuid())",
  "json_serialize_sql('select 1')",
  "pg_catalog.pg_typeof(id)",
  "system.main.lower('A')",
  "id::regclass",
  "$1",
  "?",
  "'a' collate nocase",
  "'a'::enum('a')",
  "'x'::geometry",
  "__internal_compress_string_hugeint('a')",
  "main.current_date",
  "current_date -> 'x'",
  "{'a': now()}",
  "[now()]",
  "list_transform([id], lambda user: user)",
  "* replace (now() as id)",
  "columns(lambda c: random() > 0.5)",
  "list_aggregate([id], 'RESERVOIR_QUANTILE', 0.5)",
].map((expression) => `select ${expression} from flights`);

it.each(leaks)("%s is refused by the check of user SQL", async (sql) => {
  for (const rowWise of [true, false]) {
    const { verdict } = await engine.check({ sql, relations, rowWise });
    expect(verdict).toBe("refused");
  }
});

describe("in an engine that runs unchecked SQL", () => {
  it("the environment of the process holds nothing but what the channel needs", async () => {
    const pids = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isEngine(pid));
    expect(pids.length).toBeGreaterThan(0);
    for (const pid of pids)
      expect(environmentOf(pid)).toEqual([
        "NODE_CHANNEL_FD",
        "NODE_CHANNEL_SERIALIZATION_MODE",
        "UV_THREADPOOL_SIZE",
      ]);
  });

  it("a named input can be read, and only as the exact path", async () => {
    const sql = `select id from read_parquet('${flights}')`;
    const { results } = await engine.run({ statements: [{ sql, rows: true }], files: [flights] });
    expect(results).toEqual([[[42n]]]);
  });

  it("a log to a file writes nothing, whatever becomes of the process", async () => {
    const statements = [`call enable_logging('QueryLog', storage_path = '${output}')`, "select 1"];
    await engine.run({ statements: statements.map((sql) => ({ sql })), files: [] }).catch(() => undefined);
    expect(existsSync(output)).toBe(false);
  });

  it("nothing of one task is left for the next", async () => {
    await engine.run({ statements: [{ sql: "create table kept as select 1" }], files: [] });
    const attempt = engine.run({ statements: [{ sql: "from kept", rows: true }], files: [] });
    await expect(attempt).rejects.toMatchObject({ code: "INVALID_SQL" });
    expect(existsSync(output)).toBe(false);
  });
});

function isEngine(pid: string): boolean {
  try {
    const isChild = readFileSync(`/proc/${pid}/status`, "utf8").includes(`PPid:\t${process.pid}\n`);
    return isChild && readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("child.ts");
  } catch {
    return false;
  }
}

function environmentOf(pid: string): readonly string[] {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return entries.map((entry) => entry.split("=")[0]!).toSorted();
}
