import type { SourcesPayload, SourcesResult } from "@tesela/contract";
import { parseInstant } from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import { fingerprintRange, type FingerprintedSource } from "../source/range-fingerprint.ts";
import { openSource, type SourceAccess } from "../source/source-reader.ts";

/** Tells what the source files of ranges are now; throws what opening a source throws. */
export async function lookAtSources(
  access: SourceAccess,
  { ranges, sources, ...view }: SourcesPayload,
  options: TaskOptions,
): Promise<SourcesResult> {
  const opened: FingerprintedSource[] = [];
  for (const { source, lookback } of sources) {
    opened.push({
      batch: source.batch,
      opened: await openSource(access, source, options),
      lookback: lookback === null ? null : BigInt(lookback),
    });
  }
  const found: SourcesResult["ranges"] = [];
  for (const { id, startTime, endTime } of ranges) {
    const range = { start: parseInstant(startTime), end: parseInstant(endTime) };
    found.push({ id, fingerprint: await fingerprintRange(access.engine, view, opened, range, options) });
  }
  return { ranges: found };
}
