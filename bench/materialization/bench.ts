import { globSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbedded, type EmbeddedOptions } from "@tesela/platform";
import type { Client, FeatureView } from "@tesela/sdk";
import { openDuckDb, type BareDuckDb } from "../harness/bare-duckdb.ts";
import { writeEvents, type FileOrder } from "./events.ts";

/** The platform clock: all generated data are due. */
const CLOCK = "2026-01-01T00:00:00Z";

/** A platform with its own files, and DuckDB with nothing around it. */
export interface Bench extends AsyncDisposable {
  readonly client: Client;
  readonly duckdb: BareDuckDb;
  readonly directory: string;
  readonly isQuick: boolean;
  /** Writes a file of events. */
  events(options: { name: string; rows: number; days: number; order: FileOrder }): Promise<string>;
}

/** Starts it in a directory of its own, which goes with it. */
export async function openBench(isQuick: boolean, options: EmbeddedOptions = {}): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-bench-"));
  const stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const platform = await startEmbedded({
    dir: join(directory, "platform"),
    clock: CLOCK,
    sourceRoots: [directory],
    ...options,
  });
  stack.defer(() => platform.stop());
  const duckdb = stack.use(await openDuckDb());
  return {
    client: platform.client,
    duckdb,
    directory,
    isQuick,
    events: (events) => writeEvents(duckdb, directory, events),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Materializes a range offline, in place of what is there, and waits for it. */
export async function materialize(view: FeatureView, startTime: string, endTime: string): Promise<void> {
  const id = await view.triggerMaterializationJob({
    startTime,
    endTime,
    online: false,
    offline: true,
    overwrite: true,
  });
  await view.waitForMaterializationJob(id);
}

/** A pattern of the files that the newest job of a view has written. */
export function newestFiles({ directory }: Bench, view: string): string {
  const pattern = join(directory, "platform/offline/ws/*", view, "g*/a*");
  const [newest] = globSync(pattern).toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (newest === undefined) throw new Error(`no folder matches ${pattern}`);
  return join(newest, "*.parquet");
}
