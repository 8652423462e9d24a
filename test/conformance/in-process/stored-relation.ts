import {
  computedSql,
  eventsSql,
  id,
  join,
  materializableFrom,
  micros,
  sql,
  storedColumns,
  storedSql,
  text,
  type CompiledView,
  type EpochMicros,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { sourceRelations } from "./compiled-case.ts";
import type { CoreSession } from "./core-session.ts";

/** What a read needs: from the oldest instant of the first answer to the last bound. */
export interface StoredRequest {
  readonly view: CompiledView;
  readonly eventsPath: string;
  readonly needed: TimeRange;
}

/** What the view stores, computed from its source for exactly what is needed. */
export function fromSource({ view, eventsPath, needed }: StoredRequest): Sql {
  return computedSql(view, eventsSql(view, sourceRelations(eventsPath), needed));
}

/**
 * What the view stores, read back from files: the range is materialized in pieces of `pieceGrains` grains,
 * each file one grain wider on both sides than what of it is live, as overwrites leave them.
 */
export async function fromFiles(
  session: CoreSession,
  request: StoredRequest,
  pieceGrains: number,
): Promise<Sql> {
  const { view, needed } = request;
  const start = materializableFrom(view.time);
  const files: LivePath[] = [];
  for (const live of pieces(view, { start, end: needed.end }, BigInt(pieceGrains))) {
    const wide = widened(view, live, start);
    const path = session.newPath();
    const rows = fromSource({ ...request, needed: wide });
    const columns = storedColumns(view).map(({ name }) => id(name));
    await session.connection.run(
      sql`copy (select ${join(columns, ", ")} from (${rows})) to ${text(path)} (format parquet)`.text,
    );
    files.push({ path, live: halves(view, live) });
  }
  return storedSql(view, files, needed);
}

function pieces({ time }: CompiledView, { start, end }: TimeRange, grains: bigint): TimeRange[] {
  const found: TimeRange[] = [];
  for (let at: EpochMicros = start; at < end; at = micros(at + time.grain * grains)) {
    const next = micros(at + time.grain * grains);
    found.push({ start: at, end: next < end ? next : end });
  }
  return found;
}

function widened({ time }: CompiledView, range: TimeRange, first: EpochMicros): TimeRange {
  const start = micros(range.start - time.grain);
  return { start: start < first ? first : start, end: micros(range.end + time.grain) };
}

/** A live range in two parts that touch, where it is long enough. */
function halves({ time }: CompiledView, { start, end }: TimeRange): TimeRange[] {
  const middle = micros(start + time.grain);
  return middle < end
    ? [
        { start, end: middle },
        { start: middle, end },
      ]
    : [{ start, end }];
}
