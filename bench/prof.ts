import { globSync, statSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";
import { compileView, repositoryOf, pointInTimeSql, storedSql, micros, text, sql, type ResolvedView } from "@tesela/core";
import { declarationsOf } from "@tesela/sdk";
import * as flights from "@tesela/example-flights/features";
import { HAND_WRITTEN } from "./main-job/hand-written.ts";
const repo = repositoryOf(declarationsOf(flights));
const cols = (l: [string, string, "string"|"timestamp"|"int64"][]): ResolvedView => ({ normalizedSql: "", parsedForm: "", columns: l.map(([name, duckdbType, type]) => ({ name, duckdbType, type })) });
const resolved = { airport_delays: cols([["origin","VARCHAR","string"],["date","TIMESTAMP","timestamp"],["delay","BIGINT","int64"],["late","INTEGER","int64"]]), airport_last_flight: cols([["origin","VARCHAR","string"],["date","TIMESTAMP","timestamp"],["last_destination","VARCHAR","string"],["last_delay","BIGINT","int64"],["last_distance","BIGINT","int64"]]) };
const file = (v: string) => globSync(`/tmp/smoke/b/offline/ws/*/${v}/g*/a*/*.parquet`)[0]!;
const db = await DuckDBInstance.create(":memory:", { threads: "2" }); const c = await db.connect(); await c.run("set TimeZone='UTC'");
const spine = { path: "/tmp/smoke/spine.parquet", timestampKey: "date", columns: [["date","TIMESTAMP"],["origin","VARCHAR"],["destination","VARCHAR"],["is_late","BOOLEAN"]].map(([name, duckdbType]) => ({ name: name!, duckdbType: duckdbType! })) };
const range = { start: micros(978307200000000n), end: micros(993945600000000n) };
const time = async (n: string, q: string) => { const ts = []; for (let i = 0; i < 5; i++) { const s = process.cpuUsage(); await c.run(q); const u = process.cpuUsage(s); ts.push((u.user + u.system) / 1000); } ts.sort((a, b) => a - b); console.log(n, ts[0]!.toFixed(0), ts[2]!.toFixed(0)); };
for (const name of ["airport_delays", "airport_last_flight"] as const) {
  const view = compileView(repo.views.get(name)!, repo, resolved[name]);
  const stored = storedSql(view, [{ path: file(name), live: [range] }], range);
  const q = sql`copy (${pointInTimeSql(spine, [{ view, stored, gaps: [] }])}) to ${text("/tmp/smoke/p.parquet")} (format parquet, compression zstd)`;
  if (process.argv[2] === name) console.log(q.text);
  await time("ours " + name, q.text);
  await time("hand " + name, (name === "airport_delays" ? HAND_WRITTEN.airportDelays : HAND_WRITTEN.airportLastFlight)(spine.path, file(name), "/tmp/smoke/h.parquet"));
  if (process.argv[2] === name) { await c.run("pragma enable_profiling='query_tree'"); await c.run("set profiling_output='/tmp/smoke/prof.txt'"); await c.run(q.text); await c.run("pragma disable_profiling"); }
}
