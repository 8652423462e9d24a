import { DuckDBInstance, type DuckDBListValue, type DuckDBConnection } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, trusted } from "../sql/sql.ts";
import { approxPercentile } from "./approx-percentile.ts";
import { randomFrom } from "./testing/distributions.ts";
import { foldPartial } from "./testing/laws.ts";

let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  connection = await instance.connect();
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

test.each([
  ["few codes, which are sorted at once", 40],
  ["many codes, which are added up sketch by sketch", 300],
])("sketches of percentiles merge in DuckDB as in TypeScript: %s", async (_, size) => {
  const [partial] = approxPercentile.of({ percentile: 0.5, precision: 500 }).partials("v", "float64");
  const random = randomFrom(size);
  const tiles = [0, 1, 2, 3].map(() => Array.from({ length: size }, () => Math.exp(random() * 6)));
  const rows = tiles.flatMap((values, tile) => values.map((value) => `(${tile}, ${value}::double)`)).join();
  const lifted = sql`select tile, ${partial!.liftSql(trusted("v"), trusted("v"))} as codes
from (values ${trusted(rows)}) as events(tile, v)
group by tile`;
  const merged = sql`select ${partial!.mergeSql(trusted("codes"), trusted("tile"))} from (${lifted})`;
  const [[found]] = (await connection.runAndReadAll(merged.text)).getRows() as [[DuckDBListValue]];
  expect(found.items).toEqual(foldPartial(partial!, tiles.flat()));
  const codes = tiles.flatMap((values) => foldPartial(partial!, values) as readonly bigint[]);
  expect(codes.length > 512).toBe(size > 200);
});
