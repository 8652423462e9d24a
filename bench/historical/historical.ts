import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkResult } from "../harness/work.ts";
import { generate, type Data, type DataKind, type Sizes } from "./data.ts";
import { openEngine, type Engine } from "./engine.ts";
import { attributeWorks } from "./attributes.ts";
import { limitedMemory } from "./memory.ts";
import { storeHistory } from "./platform.ts";
import { fileRoundTrip, objectRoundTrip } from "./round-trip.ts";
import { smallSpine } from "./small-spine.ts";
import { windowWorks } from "./windows.ts";

/** What the works share. Files are made when first asked for. */
export interface Historical {
  readonly engine: Engine;
  readonly directory: string;
  readonly rounds: number;
  readonly sizes: Sizes;
  data(kind: DataKind): Promise<Data>;
  /** Makes a file unless it was made before; gives its path. */
  once(path: string, make: (path: string) => Promise<void>): Promise<string>;
  /** The path of a name in the directory. */
  path(name: string): string;
}

/** One row of the report. */
export type Work = (bench: Historical) => Promise<WorkResult>;

/** The rows of what a started platform does. */
export async function platformResults(bench: Historical): Promise<readonly WorkResult[]> {
  await using history = await storeHistory(bench);
  const files = await fileRoundTrip(bench, history);
  const objects = await objectRoundTrip(bench, history);
  return [...(await smallSpine(bench, history)), files, objects];
}

const WORKS: readonly Work[] = [...attributeWorks, ...windowWorks];

const FULL: Sizes = { events: 10_000_000, spineRows: 1_000_000 };
const QUICK: Sizes = { events: 250_000, spineRows: 25_000 };

/** Historical reads of generated data, each against the hand-written equivalent. */
export async function historical({ quick }: { readonly quick: boolean }): Promise<readonly WorkResult[]> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-bench-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const engine = stack.use(await openEngine(join(directory, "spill")));
  const bench = benchIn(directory, engine, quick);
  const results: WorkResult[] = [];
  for (const work of WORKS) results.push(await work(bench));
  results.push(...(await platformResults(bench)));
  // Too much for a minute.
  if (!quick) results.push(await limitedMemory(bench));
  return results;
}

/** What the works share, in a directory. */
export function benchIn(directory: string, engine: Engine, quick: boolean): Historical {
  const sizes = quick ? QUICK : FULL;
  const [files, data] = [new Map<string, Promise<string>>(), new Map<DataKind, Promise<Data>>()];
  return {
    engine,
    directory,
    sizes,
    rounds: quick ? 2 : 5,
    data: (kind) => madeOnce(data, kind, () => generate(engine, directory, kind, sizes)),
    once: (path, make) => madeOnce(files, path, () => make(path).then(() => path)),
    path: (name) => join(directory, name),
  };
}

function madeOnce<Key, Value>(
  made: Map<Key, Promise<Value>>,
  key: Key,
  make: () => Promise<Value>,
): Promise<Value> {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}
