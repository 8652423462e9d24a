import { intersect, mergeRanges, type TimeRange } from "@tesela/core";
import type { LiveFile, Registry } from "@tesela/registry";
import { TIMES } from "../job/ingest/summarize-rows.ts";

/** A commit that brings a range of the batch log online. */
export interface OwnCommit {
  readonly range: TimeRange;
  readonly files: readonly LiveFile[];
}

/** What of a batch log shall be online. */
export interface LiveOnline {
  /** Sorted, disjoint: pushed events in them do not count. */
  readonly logged: readonly TimeRange[];
  readonly files: readonly LiveFile[];
  /** What of the files that are live now the own commit takes the place of. */
  readonly replaced: readonly LiveFile[];
}

/** What of a generation's batch log is online, and what will be with a commit of its own. */
export async function liveOnline(
  { ledger }: Registry,
  generationId: number,
  own: OwnCommit | null,
): Promise<LiveOnline> {
  const ranges = (await ledger.ranges(generationId, "online")).map(({ range }) => range);
  const { files } = await ledger.snapshot(generationId, { store: "online" });
  if (own === null) return { logged: mergeRanges(ranges), files, replaced: [] };
  const within = (file: LiveFile): LiveFile => ({
    ...file,
    live: file.live.flatMap((part) => intersect(part, own.range) ?? []),
  });
  return {
    logged: mergeRanges([...ranges, own.range]),
    files: [...files.map((file) => outside(file, own.range)), ...own.files.map(within)],
    replaced: files.map(within),
  };
}

function outside(file: LiveFile, range: TimeRange): LiveFile {
  const before = { start: TIMES.start, end: range.start };
  const after = { start: range.end, end: TIMES.end };
  const live = file.live.flatMap((part) =>
    [intersect(part, before) ?? [], intersect(part, after) ?? []].flat(),
  );
  return { ...file, live };
}
