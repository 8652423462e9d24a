import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  compileView,
  micros,
  repositoryOf,
  valueTypeOf,
  type BatchFeatureViewDefinition,
  type CompiledView,
  type SourceInput,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultParquetLimits } from "../cage/parquet-limits.ts";
import { createEngine } from "../engine/engine.ts";
import type { WireValue } from "../engine/protocol.ts";
import { day, days, noon, table, writeParquet } from "../testing/tables.ts";
import { columnsOf, sourceOf, user, viewOf } from "../testing/views.ts";
import { droppedOf, eventsOf, MAX_WINDOWS, rejectedOf } from "./incremental-events.ts";
import { openView } from "./view-source.ts";

const root = realpathSync(mkdtempSync(join(tmpdir(), "incremental-")));
const sources = join(root, "sources");
const engine = createEngine({ memoryBytes: 512e6, threads: 2, tempRoot: join(root, "engines") });
const access = { engine, roots: [sources], limits: defaultParquetLimits };
const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";

beforeAll(async () => {
  mkdirSync(sources, { recursive: true });
  await writeParquet(
    join(sources, "events.parquet"),
    table(COLUMNS, "1, 01-01 10:00, 1", "1, 01-01 11:00, 2", "1, 01-02 10:00, 4", "1, 01-04 10:00, 8"),
  );
  await writeParquet(join(sources, "names.parquet"), table("user_id BIGINT, ts TIMESTAMP", "1, 01-03 00:00"));
});
afterAll(async () => {
  await engine.stop();
  rmSync(root, { recursive: true });
});

interface Given {
  readonly sql: string;
  readonly sees?: Readonly<Record<string, NonNullable<SourceInput["sees"]>>>;
  readonly incrementalBackfills?: boolean;
}

function view({ sql, sees = {}, incrementalBackfills = true }: Given): CompiledView {
  const inputs = ["events", "names"].map((source): SourceInput => {
    const seen = sees[source];
    return { parameter: source, source, ...(seen === undefined ? {} : { sees: seen }) };
  });
  const feature = { kind: "attribute", name: "amount", type: "int64" } as const;
  const extra: Partial<BatchFeatureViewDefinition> = {
    sources: inputs,
    transform: { sql },
    incrementalBackfills,
  };
  const definition = viewOf("daily", [feature], extra);
  const files = ["events", "names"].map((name) => sourceOf(`${name}.parquet`, name));
  const columns = columnsOf(COLUMNS).map(({ name, type }) => ({
    name,
    duckdbType: type,
    type: valueTypeOf(type),
  }));
  return compileView(definition, repositoryOf([user, ...files, definition]), {
    columns,
    normalizedSql: sql,
    parsedForm: "",
  });
}

async function ask(compiled: CompiledView, query: (opened: Awaited<ReturnType<typeof openView>>) => Sql) {
  const opened = await openView(access, compiled);
  const statements = [{ sql: query(opened).text, rows: true }];
  const { results } = await engine.run({ files: opened.paths, statements });
  return results[0]!;
}

async function events(compiled: CompiledView, range: TimeRange): Promise<readonly (readonly WireValue[])[]> {
  const rows = await ask(compiled, (opened) => eventsOf(compiled, opened, range));
  return rows.map(([key, time, amount]) => [key!, time!, amount!]).toSorted(compare);
}

const compare = (a: readonly WireValue[], b: readonly WireValue[]): number =>
  Number(a[1]) - Number(b[1]) || Number(a[2]) - Number(b[2]);

const daily = `select user_id, max(ts) as ts, sum(amount)::bigint as amount from events group by user_id`;

describe("T16 with incrementalBackfills a transformation runs once per batch window", () => {
  test("over exactly that window's rows", async () => {
    expect(await events(view({ sql: daily }), days(1, 5))).toEqual([
      [1n, hour(1, 11), 3n],
      [1n, hour(2, 10), 4n],
      [1n, hour(4, 10), 8n],
    ]);
  });

  test("a part of the range gives its part of the rows, off the grid too", async () => {
    expect(await events(view({ sql: daily }), days(2, 4))).toEqual([[1n, hour(2, 10), 4n]]);
    const part = { start: hour(1, 12), end: hour(4, 10) };
    expect(await events(view({ sql: daily }), part)).toEqual([[1n, hour(2, 10), 4n]]);
    expect(await events(view({ sql: daily }), { start: day(2), end: day(2) })).toEqual([]);
  });

  test("and sees a lookback before its window, never after it", async () => {
    const sees = { events: { lookback: "1d" } };
    expect(await events(view({ sql: daily, sees }), days(1, 5))).toEqual([
      [1n, hour(1, 11), 3n],
      [1n, hour(2, 10), 7n],
      [1n, hour(4, 10), 8n],
    ]);
  });

  test("an unfiltered source is seen whole, others by their windows", async () => {
    const sql = `select user_id, max(ts) as ts, (select count(*) from names) as amount from events group by user_id`;
    const amounts = async (sees: Given["sees"]) =>
      (await events(view({ sql, ...(sees === undefined ? {} : { sees }) }), days(1, 5))).map((row) => row[2]);
    expect(await amounts({ names: "unfiltered" })).toEqual([1n, 1n, 1n]);
    expect(await amounts(undefined)).toEqual([0n, 0n, 0n]);
  });

  test("rows that it gives outside its window are dropped and counted, before the window as after it", async () => {
    const sql = `select user_id, ts + interval 1 day * (amount % 4 - 1) as ts, amount from events`;
    const compiled = view({ sql });
    expect(await events(compiled, days(1, 5))).toEqual([[1n, hour(1, 10), 1n]]);
    expect(await ask(compiled, (opened) => droppedOf(compiled, opened, days(1, 5)))).toEqual([[3n]]);
    expect(await ask(compiled, (opened) => droppedOf(compiled, opened, days(2, 4)))).toEqual([[1n]]);
  });

  test("rows without key or time are counted window by window", async () => {
    const sql = `select nullif(user_id, amount) as user_id, case when amount < 8 then ts end as ts, amount from events`;
    const compiled = view({ sql });
    expect(await ask(compiled, (opened) => rejectedOf(compiled, opened, days(1, 5), true))).toEqual([[2n]]);
    expect(await ask(compiled, (opened) => rejectedOf(compiled, opened, days(2, 4), true))).toEqual([[0n]]);
  });

  test("more windows than one query may hold are refused, saying what to do; as many as it may are done", async () => {
    const compiled = view({ sql: daily });
    const wide = (count: number): TimeRange => ({
      start: day(1),
      end: micros(day(1) + BigInt(count) * 86_400_000_000n),
    });
    await expect(events(compiled, wide(MAX_WINDOWS + 1))).rejects.toMatchObject({
      code: "LIMIT_EXCEEDED",
      message: expect.stringContaining("would run 2001 times") as string,
      fix: expect.stringContaining("Materialize the view offline") as string,
    });
    expect(await events(compiled, wide(MAX_WINDOWS))).toHaveLength(3);
  });

  test("from source it gives what day by day gives, whatever the rows", async () => {
    const row = fc.record({
      key: fc.integer({ min: 1, max: 2 }),
      hour: fc.nat(24 * 6 - 1),
      amount: fc.nat(9),
    });
    const lookbacks = fc.constantFrom(undefined, "1d", "30h");
    const property = fc.asyncProperty(fc.array(row, { maxLength: 12 }), lookbacks, async (rows, lookback) => {
      const lines = rows.map(({ key, hour: at, amount }) => {
        const [on, of] = [1 + Math.floor(at / 24), at % 24].map((part) => String(part).padStart(2, "0"));
        return `${key}, 01-${on} ${of}:00, ${amount}`;
      });
      await writeParquet(join(sources, "events.parquet"), table(COLUMNS, ...lines));
      const sees = lookback === undefined ? {} : { sees: { events: { lookback } } };
      const sql = `select user_id, ts, (sum(amount) over (partition by user_id))::bigint as amount from events`;
      const compiled = view({ sql, ...sees });
      const parts = [];
      for (const start of [1, 2, 3, 4, 5, 6]) parts.push(...(await events(compiled, days(start, start + 1))));
      expect(await events(compiled, days(1, 7))).toEqual(parts.toSorted(compare));
    });
    await fc.assert(property, { numRuns: 8, seed: SEED });
  });
});

test("T16 a row-wise transformation runs over all rows at once, a lookback changes nothing", async () => {
  await writeParquet(
    join(sources, "events.parquet"),
    table(COLUMNS, "1, 01-01 10:00, 1", "1, 01-02 10:00, 4"),
  );
  const sql = "select user_id, ts + interval 1 day as ts, amount from events";
  const sees = { events: { lookback: "1d" } };
  const compiled = view({ sql, sees, incrementalBackfills: false });
  expect(await events(compiled, days(2, 3))).toEqual([[1n, hour(2, 10), 1n]]);
  expect(await ask(compiled, (opened) => droppedOf(compiled, opened, days(2, 3)))).toEqual([[0n]]);
});

function hour(dayOfMonth: number, of: number): ReturnType<typeof day> {
  return micros(noon(dayOfMonth) + BigInt(of - 12) * 3_600_000_000n);
}
