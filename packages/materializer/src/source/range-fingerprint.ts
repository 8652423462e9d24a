import { createHash } from "node:crypto";
import { overlaps, micros, type FileBatchConfig, type TimeRange } from "@tesela/core";
import type { Engine, TaskOptions } from "../engine/engine.ts";
import { statesTimes, timesOf } from "./file-times.ts";
import type { OpenedSource, SourceFile } from "./source-reader.ts";

/** A source that a range is computed from. */
export interface FingerprintedSource {
  readonly batch: FileBatchConfig;
  readonly opened: Pick<OpenedSource, "files" | "columns">;
  /** How much before the range it is seen, in microseconds; `null`: all of it is. */
  readonly lookback: bigint | null;
}

/** How the view that reads the sources takes its rows from them. */
export interface FingerprintedView {
  readonly timestampField: string;
  readonly isIncremental: boolean;
}

/**
 * What the files are that a range is computed from, as one text: another one means that some of them changed, went
 * or came. Files whose footers state times outside what the range sees do not count; where the view's event time is
 * not the source's own, and in files without such statistics, all do.
 */
export async function fingerprintRange(
  engine: Engine,
  view: FingerprintedView,
  sources: readonly FingerprintedSource[],
  range: TimeRange,
  options: TaskOptions = {},
): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of await filesOfRange(engine, view, source, range, options)) {
      hash.update(`${file.path}\0${file.bytes}\0${file.changedAt}\n`);
    }
  }
  return hash.digest("hex");
}

async function filesOfRange(
  engine: Engine,
  view: FingerprintedView,
  { batch, opened, lookback }: FingerprintedSource,
  range: TimeRange,
  options: TaskOptions,
): Promise<readonly SourceFile[]> {
  const isByTime = view.isIncremental || view.timestampField === batch.timestampField;
  if (lookback === null || !isByTime || !statesTimes(batch, opened)) return opened.files;
  const seen = { start: micros(range.start - lookback), end: range.end };
  const times = await timesOf(engine, opened.files, batch.timestampField, options);
  return opened.files.filter((_, index) => {
    const held = times[index]?.times ?? null;
    return held === null || overlaps(held, seen);
  });
}
