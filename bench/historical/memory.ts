import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { WorkResult } from "../harness/work.ts";
import { attributeView } from "./attributes.ts";
import { generate, type Sizes } from "./data.ts";
import type { Historical } from "./historical.ts";
import type { LimitedRead, LimitedReadResult } from "./limited-read.ts";
import { statusNames, statusReadSql, storedFile } from "./read.ts";

const SIZES: Sizes = { events: 50_000_000, spineRows: 5_000_000 };
/** What a process may take at its largest. */
const PEAK_BYTES = 2 * 2 ** 30;

/** A read that does not fit: once under a limit of 1 GB and once under 12 GB, each in a process of its own. */
export async function limitedMemory(bench: Historical): Promise<WorkResult> {
  const data = await bench.once(bench.path("large"), async (directory) => {
    await mkdir(directory);
    await generate(bench.engine, directory, "zipf", SIZES);
  });
  const events = join(data, "events-zipf.parquet");
  const view = attributeView("newest");
  const path = await storedFile(bench, "large/newest", view, `select * from read_parquet('${events}')`);
  const stored = [{ view, path }];
  const spine = { path: join(data, "spine-zipf.parquet"), keyType: "int64" } as const;
  const read = { joinedSql: statusReadSql(spine, stored), statuses: statusNames(stored), directory: data };
  const small = await limitedRead({ ...read, memory: "1GB" });
  const large = await limitedRead({ ...read, memory: "12GB" });
  if (small.checksum !== large.checksum) throw new Error("the limit of memory changes what a read gives");
  const ratio = small.peakBytes / PEAK_BYTES;
  return {
    work: "attributes, 5,000,000 spine rows × 50,000,000 events, 1 GB for DuckDB: share of 2 GB that the process takes",
    ratio,
    bar: 1,
    held: ratio <= 1,
    details: {
      "peak MB": small.peakBytes / 2 ** 20,
      seconds: small.seconds,
      "peak MB with 12 GB": large.peakBytes / 2 ** 20,
      "seconds with 12 GB": large.seconds,
      note: "the same checksum with both limits",
    },
  };
}

async function limitedRead(read: LimitedRead): Promise<LimitedReadResult> {
  const program = join(import.meta.dirname, "limited-read.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(read)]);
  return JSON.parse(stdout) as LimitedReadResult;
}
