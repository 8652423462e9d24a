import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkResult } from "../harness/work.ts";
import { generate, type Data, type Sizes, type Spread } from "./data.ts";
import { openEngine, type Engine } from "./engine.ts";
import { windowWorks } from "./windows.ts";

/** What the works share. Files are made when first asked for. */
export interface Historical {
  readonly engine: Engine;
  readonly directory: string;
  readonly rounds: number;
  readonly sizes: Sizes;
  data(spread: Spread): Promise<Data>;
  /** Makes a file unless it was made before; gives its path. */
  once(path: string, make: () => Promise<void>): Promise<string>;
}

/** One row of the report. */
export type Work = (bench: Historical) => Promise<WorkResult>;

const WORKS: readonly Work[] = [...windowWorks];

const FULL: Sizes = { events: 10_000_000, spineRows: 1_000_000 };
const QUICK: Sizes = { events: 500_000, spineRows: 50_000 };

/** Historical reads of generated data, each against the hand-written equivalent. */
export async function historical({ quick }: { readonly quick: boolean }): Promise<readonly WorkResult[]> {
  const directory = await mkdtemp(join(tmpdir(), "tesela-bench-"));
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rm(directory, { recursive: true, force: true }));
  const engine = stack.use(await openEngine(join(directory, "spill")));
  const bench = benchIn(directory, engine, quick);
  const results: WorkResult[] = [];
  for (const work of WORKS) results.push(await work(bench));
  return results;
}

/** What the works share, in a directory. */
export function benchIn(directory: string, engine: Engine, quick: boolean): Historical {
  const sizes = quick ? QUICK : FULL;
  const [files, data] = [new Map<string, Promise<string>>(), new Map<Spread, Promise<Data>>()];
  return {
    engine,
    directory,
    sizes,
    rounds: quick ? 3 : 5,
    data: (spread) => madeOnce(data, spread, () => generate(engine, directory, spread, sizes)),
    once: (path, make) => madeOnce(files, path, () => make().then(() => path)),
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
