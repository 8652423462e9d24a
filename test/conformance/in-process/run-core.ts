import {
  bound,
  micros,
  neededFrom,
  pointInTimeSql,
  startBound,
  type CompiledView,
  type Spine,
  type TimeRange,
  type Value,
} from "@tesela/core";
import type { RawRow } from "../../oracle/raw-view.ts";
import type { Case } from "../case/case.ts";
import { featureTypes } from "../case/definitions.ts";
import { writeParquet } from "../duckdb-table.ts";
import { toValue } from "../value-of-duckdb.ts";
import { compileCase, eventColumns, VIEW } from "./compiled-case.ts";
import type { CoreSession } from "./core-session.ts";
import { fromFiles, fromSource } from "./stored-relation.ts";

/** What core's SQL answered to a case's spine: computed from the source, and read back from files. */
export interface CoreAnswers {
  readonly source: readonly RawRow[];
  readonly offline: readonly RawRow[];
}

/** Asks core's SQL in this process, without the platform around it. */
export async function runCore(session: CoreSession, one: Case, pieceGrains = 2): Promise<CoreAnswers> {
  const view = compileCase(one);
  const eventsPath = session.newPath();
  await writeParquet(session.connection, eventsPath, eventColumns(one), one.events);
  const spine: Spine = { path: session.newPath(), columns: one.spineColumns, timestampKey: one.timestampKey };
  await writeParquet(session.connection, spine.path, one.spineColumns, one.spine);
  const request = { view, eventsPath, needed: neededRange(view, one) };
  const [source, offline] = [fromSource(request), await fromFiles(session, request, pieceGrains)];
  const read = async (stored: typeof source): Promise<RawRow[]> => {
    const query = pointInTimeSql(spine, [{ view, stored, gaps: [] }]);
    return rowsOf(one, (await session.connection.runAndReadAll(query.text)).getRows());
  };
  return { source: await read(source), offline: await read(offline) };
}

/** The history that the spine needs, as a retrieval finds it; empty where no row has a bound with values. */
function neededRange({ time }: CompiledView, { spine, timestampKey }: Case): TimeRange {
  const bounds = spine
    .map((row) => row[timestampKey] as bigint | null)
    .filter((at) => at !== null)
    .map((at) => bound(time, micros(at)))
    .filter((boundary) => boundary >= startBound(time))
    .toSorted((a, b) => (a < b ? -1 : 1));
  const [first, last] = [bounds[0], bounds.at(-1)];
  if (first === undefined || last === undefined) return { start: micros(0), end: micros(0) };
  return { start: neededFrom(time, first), end: last };
}

function rowsOf(one: Case, rows: readonly (readonly unknown[])[]): RawRow[] {
  const types = [...featureTypes(one)];
  const before = one.spineColumns.length;
  return rows.map((row) =>
    Object.fromEntries(
      types.map(([name, type], index): [string, Value] => [
        name,
        toValue(row[before + index], type, `${VIEW}.${name}`),
      ]),
    ),
  );
}
