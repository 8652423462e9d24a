import { formatInstant, micros, type Value } from "@tesela/core";
import type { StreamRow, StreamValue, Workspace } from "@tesela/sdk";
import type { Case } from "../case/case.ts";

/** Small, so that a case's events come in several requests: late ones and those of one tile, too. */
const ROWS_OF_A_REQUEST = 5;
const MOST_REQUESTS = 4;
const MOST_ROWS = 1_000;

/** Pushes the events of a case into its stream, in their order. */
export async function pushEvents(
  workspace: Workspace,
  stream: string,
  { events, view }: Case,
): Promise<void> {
  const rows = events.map((event): StreamRow => {
    const cells = view.columns.map(({ name, type }) => [name, cellOf(event[name] ?? null, type)] as const);
    return Object.fromEntries(cells);
  });
  const size = Math.min(Math.max(ROWS_OF_A_REQUEST, Math.ceil(rows.length / MOST_REQUESTS)), MOST_ROWS);
  for (let start = 0; start < rows.length; start += size) {
    await workspace.ingest(stream, rows.slice(start, start + size));
  }
}

function cellOf(value: Value, type: string): StreamValue {
  if (value === null) return null;
  return type === "timestamp" ? formatInstant(micros(value as bigint)) : (value as StreamValue);
}
