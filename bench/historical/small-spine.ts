import { statSync } from "node:fs";
import { bytesRead } from "../harness/bytes-read.ts";
import type { WorkResult } from "../harness/work.ts";
import { attributeView } from "./attributes.ts";
import { attributesByHand } from "./attributes-by-hand.ts";
import { openEngine } from "./engine.ts";
import { expectEqual } from "./equal.ts";
import type { Historical } from "./historical.ts";
import type { StoredHistory } from "./platform.ts";
import { copySql, resultColumns, statusReadSql } from "./read.ts";

const ROWS = 100;
/** How long a read may take, and what share of the store's bytes it may read. */
const BARS = { milliseconds: 150, share: 0.02 } as const;
const ROUNDS = 5;
const SMALLEST_READ =
  "a row group at the least, about 1 MB: a share of a quick run's small store says nothing";

/** How far apart the keys of a spine are, by what that means. */
const STEPS = { "neighbouring keys": 1, "keys all over the store": 997 } as const;

/** A hundred rows against a store of millions: time and bytes. */
export async function smallSpine(bench: Historical, history: StoredHistory): Promise<readonly WorkResult[]> {
  const results: WorkResult[] = [];
  for (const [keys, step] of Object.entries(STEPS)) {
    const spine = await spineOf(bench, step);
    const work = `small spine, ${ROWS} rows of ${keys}`;
    results.push(
      await timeResult(bench, history, spine, work),
      await bytesResult(bench, history, spine, work),
    );
  }
  return results;
}

async function spineOf(bench: Historical, step: number): Promise<string> {
  const { spine } = await bench.data("zipf");
  return bench.once(bench.path(`small-${step}.parquet`), (path) =>
    bench.engine.run(`
copy (
  select 50_000 + i * ${step} % 50_000 as user_id, ts, label
  from read_parquet('${spine}', file_row_number = true) as rows(user_id, ts, label, i)
  where i < ${ROWS}
) to '${path}' (format parquet)`),
  );
}

/** Whole reads through the SDK, from file to file, and the engine's part of them. */
async function timeResult(
  bench: Historical,
  { view, files }: StoredHistory,
  spine: string,
  work: string,
): Promise<WorkResult> {
  const [our, their] = [bench.path("ours.parquet"), bench.path("theirs.parquet")];
  const times: { sdk: number; engine: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const sdk = await millisecondsOf(async () => {
      await using frame = await view.getHistoricalFeatures(spine);
      await frame.toParquet(our);
    });
    const engine = await millisecondsOf(() => bench.engine.run(copySql(joinedSql(spine, files), their)));
    times.push({ sdk, engine });
  }
  await bench.engine.run(copySql(attributesByHand(spine, files), their));
  await expectEqual(bench.engine, our, their, resultColumns([attributeView("newest")]));
  const milliseconds = median(times.map(({ sdk }) => sdk));
  const details = {
    milliseconds,
    "milliseconds of the engine": median(times.map(({ engine }) => engine)),
    note: "through the SDK and back, from file to file",
  };
  const ratio = milliseconds / BARS.milliseconds;
  return {
    work: `${work}: share of the ${BARS.milliseconds} ms that it may take`,
    ratio,
    bar: 1,
    held: ratio <= 1,
    details,
  };
}

/** What the worker's statement asks of files, the spine included, where nothing of a file is kept in memory. */
async function bytesResult(
  bench: Historical,
  { files }: StoredHistory,
  spine: string,
  work: string,
): Promise<WorkResult> {
  using engine = await openEngine(bench.path("spill"), { enable_external_file_cache: "false" });
  const before = bytesRead();
  await engine.run(`create temp table joined as ${joinedSql(spine, files)}`);
  const bytes = bytesRead() - before;
  const storeBytes = files.reduce((sum, path) => sum + statSync(path).size, 0);
  const ratio = bytes / storeBytes;
  return {
    work: `${work}: share of the store's bytes that is read`,
    ratio,
    bar: BARS.share,
    held: ratio <= BARS.share,
    details: {
      "MB read": bytes / 2 ** 20,
      "MB stored": storeBytes / 2 ** 20,
      percent: ratio * 100,
      note: SMALLEST_READ,
    },
  };
}

/** Few rows look only for the keys that they have, as the worker decides by their number. */
function joinedSql(spine: string, files: readonly string[]): string {
  const stored = [{ view: attributeView("newest"), path: files[0]! }];
  return statusReadSql({ path: spine, keyType: "int64" }, stored, true);
}

async function millisecondsOf(run: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
