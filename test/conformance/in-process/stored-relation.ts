import {
  computedFileSql,
  eventsSql,
  fileColumns,
  historySql,
  id,
  join,
  materializableFrom,
  micros,
  NO_FENCES,
  sql,
  storedSql,
  storedVersionsSql,
  subtractRanges,
  text,
  wholeView,
  type CompiledView,
  type EpochMicros,
  type LivePath,
  type Sql,
  type TimeRange,
} from "@tesela/core";
import { computedView, sourceRelations } from "./compiled-case.ts";
import type { Case } from "../case/case.ts";
import type { CoreSession } from "./core-session.ts";

/** What a read needs: from the oldest instant of the first answer to the last bound. */
export interface StoredRequest {
  readonly case: Case;
  readonly view: CompiledView;
  /** The files of the events. */
  readonly eventPaths: readonly string[];
  readonly needed: TimeRange;
}

/** What a read sees of the view, computed from its source for exactly what is needed. */
export function fromSource(request: StoredRequest): Sql {
  const { view, needed } = request;
  const events = eventsOf(request, needed);
  const { isKnownAt } = request.case.options;
  return historySql(wholeView(view, { ...NO_FENCES, isKnownAt }), events);
}

function eventsOf({ case: one, view, eventPaths }: StoredRequest, range: TimeRange): Sql {
  return eventsSql(computedView(one, view), sourceRelations(eventPaths), range);
}

/** How the files of the offline store lie. */
export interface FileLayout {
  readonly schedules: number;
  readonly isMissing: (file: number) => boolean;
}

/** What a read sees of the view, and what of its history is missing. */
export interface StoredInFiles {
  readonly stored: Sql;
  readonly gaps: readonly TimeRange[];
}

/**
 * What a read sees of the view, read back from files: the range is materialized in pieces of `schedules` of the view,
 * each file one schedule wider on both sides than what of it is live, as overwrites leave them.
 */
export async function fromFiles(
  session: CoreSession,
  request: StoredRequest,
  { schedules, isMissing }: FileLayout,
): Promise<StoredInFiles> {
  const { view, needed } = request;
  // TIME T14: on an aggregate view `knownAt` reads the source.
  if (request.case.options.isKnownAt && view.shape.kind === "aggregates")
    return { stored: fromSource(request), gaps: [] };
  const start = materializableFrom(view.time);
  const files: LivePath[] = [];
  const there = pieces(view, { start, end: needed.end }, BigInt(schedules)).filter(
    (_, file) => !isMissing(file),
  );
  for (const live of there) {
    const path = session.newPath();
    const rows = computedFileSql(view, eventsOf(request, widened(view, live, start)));
    const columns = fileColumns(view).map(({ name }) => id(name));
    await session.connection.run(
      sql`copy (select ${join(columns, ", ")} from (${rows})) to ${text(path)} (format parquet)`.text,
    );
    files.push({ path, live: halves(view, live) });
  }
  const read = request.case.options.isKnownAt ? storedVersionsSql : storedSql;
  return { stored: read(view, files, needed), gaps: subtractRanges(needed, there) };
}

/** Pieces of whole schedules, so that the last may hold more than is needed. */
function pieces({ time }: CompiledView, { start, end }: TimeRange, schedules: bigint): TimeRange[] {
  const found: TimeRange[] = [];
  for (let at: EpochMicros = start; at < end; at = found.at(-1)!.end) {
    found.push({ start: at, end: micros(at + time.schedule * schedules) });
  }
  return found;
}

function widened({ time }: CompiledView, range: TimeRange, first: EpochMicros): TimeRange {
  const start = micros(range.start - time.schedule);
  return { start: start < first ? first : start, end: micros(range.end + time.schedule) };
}

/** A live range in two parts that touch, where it is long enough. */
function halves({ time }: CompiledView, { start, end }: TimeRange): TimeRange[] {
  const middle = micros(start + time.schedule);
  return middle < end
    ? [
        { start, end: middle },
        { start: middle, end },
      ]
    : [{ start, end }];
}
