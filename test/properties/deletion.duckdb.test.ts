import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join as joinPath } from "node:path";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import {
  compileView,
  computedFileSql,
  EVENT_TIME,
  micros,
  quoteLiteral,
  repositoryOf,
  sql,
  storedColumns,
  storedSql,
  storedTime,
  subtractRanges,
  trusted,
  withoutDeletedSql,
  type BatchFeatureViewDefinition,
  type CompiledView,
  type DeletedKeys,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { visibleEvents } from "../oracle/deletion.ts";

const HOUR = 3_600_000_000n;
const HOURS = 12;

const view = (features: BatchFeatureViewDefinition["features"]): CompiledView => {
  const definition: BatchFeatureViewDefinition = {
    kind: "batchFeatureView",
    name: "view",
    entities: ["entity"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select * from events" },
    timestampField: "ts",
    features,
    batchSchedule: "1h",
    featureStartTime: "1970-01-01",
    online: false,
    offline: true,
  };
  const batch = { format: "parquet", path: "events.parquet", timestampField: "ts", dataDelay: "0s" } as const;
  const repository = repositoryOf([
    { kind: "entity", name: "entity", joinKeys: [{ name: "k", type: "int64" }] },
    { kind: "batchSource", name: "events", batch },
    definition,
  ]);
  const columns = [
    { name: "k", duckdbType: "BIGINT", type: "int64" as const },
    { name: "ts", duckdbType: "TIMESTAMP", type: "timestamp" as const },
    { name: "v", duckdbType: "BIGINT", type: "int64" as const },
  ];
  return compileView(definition, repository, { columns, normalizedSql: "", parsedForm: "" });
};
const window = { kind: "sliding", size: "3h", offset: "0s" } as const;
const views = {
  attributes: view([{ kind: "attribute", name: "v", type: "int64" }]),
  tiles: view([
    { kind: "aggregate", name: "s", function: "sum", column: "v", window },
    { kind: "aggregate", name: "c", function: "count", column: "v", window },
  ]),
};

interface Event {
  readonly key: bigint;
  readonly time: bigint;
  readonly value: bigint;
}

/** What happens at an hour: a range of hours before it is materialized anew, keys are deleted, a file is rewritten. */
type Step =
  | { readonly kind: "materialize"; readonly from: number; readonly isLate: boolean }
  | { readonly kind: "delete"; readonly key: bigint; readonly minutes: number }
  | { readonly kind: "clean"; readonly file: number };

interface StoredFile extends LivePath {
  readonly deletionId: bigint;
}

let directory: string;
let connection: DuckDBConnection;
let files = 0;
beforeAll(async () => {
  directory = await mkdtemp(joinPath(tmpdir(), "tesela-deletion-"));
  connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
});
afterAll(async () => {
  connection.closeSync();
  await rm(directory, { recursive: true, force: true });
});

function eventsSql(events: readonly Event[], range: TimeRange): Sql {
  const rows = events.map(({ key, time, value }) => `(${key}, ${time}, ${value})`);
  const values = rows.length === 0 ? "(null, null, null)" : rows.join(", ");
  return trusted(`select k::bigint as k, make_timestamp(t::bigint) as ts, v::bigint as v,
  make_timestamp(t::bigint) as ${EVENT_TIME}
from (values ${values}) as e (k, t, v)
where t >= ${range.start} and t < ${range.end}`);
}

async function write(rows: Sql): Promise<string> {
  const path = joinPath(directory, `${++files}.parquet`);
  await connection.run(`copy (${rows.text}) to ${quoteLiteral(path)} (format parquet)`);
  return path;
}

async function rowsOf(of: CompiledView, rows: Sql): Promise<string[]> {
  const names = storedColumns(of).map(({ name }) => `"${name}"`);
  const reader = await connection.runAndReadAll(
    `select ${names.join(", ")} from (${rows.text}) order by all`,
  );
  return reader.getRows().map((row) => row.map(String).join(" "));
}

const events = fc.array(
  fc.record({
    key: fc.bigInt(1n, 3n),
    // Minutes, so that deletions and events meet within one tile.
    time: fc.nat(HOURS * 60 - 1).map((minute) => BigInt(minute) * (HOUR / 60n)),
    value: fc.bigInt(-5n, 5n),
  }),
  { maxLength: 40 },
);
const step = fc.oneof(
  fc.record({ kind: fc.constant("materialize" as const), from: fc.nat(HOURS), isLate: fc.boolean() }),
  fc.record({ kind: fc.constant("delete" as const), key: fc.bigInt(1n, 3n), minutes: fc.nat(59) }),
  fc.record({ kind: fc.constant("clean" as const), file: fc.nat(9) }),
);

test.each(["attributes", "tiles"] as const)(
  "TIME T17: whatever is materialized, overwritten, tried again and rewritten, no stored row of %s is hidden by a deletion",
  async (kind) => {
    const of = views[kind];
    const run = async (all: readonly Event[], steps: readonly Step[]): Promise<void> => {
      const deletions: { key: bigint; at: bigint; id: bigint }[] = [];
      let stored: StoredFile[] = [];
      const keysAfter = (id: bigint): DeletedKeys => ({
        joinKeys: of.joinKeys,
        keys: deletions
          .filter((one) => one.id > id)
          .map(({ key, at, id: deletionId }) => ({ key: [key], before: micros(at), deletionId })),
      });
      const newest = (): bigint => deletions.at(-1)?.id ?? 0n;
      for (const [index, one] of steps.entries()) {
        const clock = BigInt(Math.min(index + 1, HOURS)) * HOUR;
        if (one.kind === "delete") {
          const at = clock + BigInt(one.minutes) * (HOUR / 60n);
          deletions.push({ key: one.key, at, id: newest() + 1n });
          continue;
        }
        if (one.kind === "clean") {
          const file = stored[one.file];
          if (file === undefined) continue;
          const rows = sql`select * from read_parquet([${trusted(quoteLiteral(file.path))}])`;
          const path = await write(withoutDeletedSql(rows, storedTime(of), keysAfter(file.deletionId)));
          stored = stored.with(one.file, { ...file, path, deletionId: newest() });
          continue;
        }
        const range = { start: micros(BigInt(one.from) * HOUR), end: micros(clock) };
        if (range.start >= range.end) continue;
        // A late job has begun before the last deletion: it has not heard of that, and ends before it.
        const isLate = one.isLate && deletions.length > 0 && deletions.at(-1)!.at >= clock;
        const deletionId = isLate ? newest() - 1n : newest();
        const known: DeletedKeys = {
          joinKeys: of.joinKeys,
          keys: keysAfter(0n).keys.filter((key) => key.deletionId <= deletionId),
        };
        const visible = withoutDeletedSql(eventsSql(all, range), EVENT_TIME, known);
        const path = await write(computedFileSql(of, visible));
        stored = stored.map((file) => ({
          ...file,
          live: file.live.flatMap((part) => subtractRanges(part, [range])),
        }));
        stored.push({ path, live: [range], deletionId });
      }
      const range = { start: micros(0n), end: micros(BigInt(HOURS) * HOUR) };
      const read = stored.map((file) => ({ ...file, deleted: keysAfter(file.deletionId) }));
      const live = stored.flatMap((file) => file.live);
      const left = visibleEvents(all, deletions).filter(({ time }) =>
        live.some(({ start, end }) => time >= start && time < end),
      );
      const expected = await rowsOf(of, computedFileSql(of, eventsSql(left, range)));
      expect(await rowsOf(of, storedSql(of, read, range))).toEqual(expected);
    };
    await fc.assert(fc.asyncProperty(events, fc.array(step, { maxLength: 14 }), run), {
      numRuns: 60,
      seed: SEED,
    });
  },
);
