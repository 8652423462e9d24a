import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { floor, micros, type CompiledView } from "@tesela/core";
import { pushSql, readKeyRows } from "@tesela/materializer";
import { openRedisStore, pushCommit, readState, type OnlineStore } from "@tesela/online-store";
import { Redis } from "ioredis";
import { measure, type WorkResult } from "../harness/work.ts";
import { attributeView, NOW } from "./views.ts";
import { writeRowObjects, writeRows, writeUnguarded, type StoredField } from "./write-sides.ts";

const ROWS = { quick: 40_000, whole: 100_000 };
const ROUNDS = { quick: 3, whole: 9 };
/** Rows a second as a share of the other's: at least this. */
const BARS = { unguarded: 0.5, rowObjects: 1.5 };
const DAY = 86_400_000_000n;

interface Pushes {
  readonly store: OnlineStore;
  readonly redis: Redis;
  readonly prefix: string;
  readonly view: CompiledView;
  readonly path: string;
  readonly directory: string;
  readonly rows: number;
  readonly rounds: number;
}

/** A commit of 20 attributes a row from its Parquet file to Redis, as a job pushes it. */
export async function writes(url: string, isQuick: boolean): Promise<readonly WorkResult[]> {
  const size = isQuick ? "quick" : "whole";
  const prefix = `bench-${randomUUID()}`;
  await using stack = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "tesela-bench-"));
  stack.defer(() => rm(directory, { recursive: true }));
  const redis = stack.adopt(new Redis(url), (client) => client.disconnect());
  const store = openRedisStore({ url, prefix });
  await store.start();
  stack.defer(() => store.stop());
  const view = attributeView("written", 20);
  const path = join(directory, "rows.parquet");
  await writeRows(view, path, ROWS[size]);
  const pushes = { store, redis, prefix, view, path, directory, rows: ROWS[size], rounds: ROUNDS[size] };
  return [await againstUnguarded(pushes), await againstRowObjects(pushes)];
}

async function againstUnguarded(pushes: Pushes): Promise<WorkResult> {
  const { redis, prefix, rows, rounds } = pushes;
  const generation = 1;
  await push(pushes, generation);
  const values = await valuesOf(redis, prefix);
  if (values.length !== rows) throw new Error(`${values.length} values were pushed, expected ${rows}`);
  await redis.del(values.map(({ key }) => key));
  const others = values.map((one) => ({ ...one, key: one.key.replace(prefix, `other-${prefix}`) }));
  return measure({
    work: `write: 20 features a row, guarded, Parquet to Redis, against the same bytes in pipelines`,
    bar: 1 / BARS.unguarded,
    rounds,
    ours: (round) => push(pushes, generation + 1 + round),
    theirs: () => writeUnguarded(redis, others),
    compare: async () => {
      await expectSame(redis, values, others);
      await redis.del([...values, ...others].map(({ key }) => key));
    },
    details: (ours, theirs) => detailsOf(rows, ours, theirs),
  });
}

async function againstRowObjects(pushes: Pushes): Promise<WorkResult> {
  const { redis, prefix, path, rows, rounds } = pushes;
  return measure({
    work: "write: the same against getRowObjects and JSON in pipelines",
    bar: 1 / BARS.rowObjects,
    rounds,
    ours: (round) => push(pushes, 100 + round),
    theirs: () => writeRowObjects(redis, `objects-${prefix}:`, path),
    compare: async () => {
      const [ours, theirs] = [await redis.keys(`${prefix}:{*`), await redis.keys(`objects-${prefix}:*`)];
      if (ours.length !== rows || theirs.length !== rows) throw new Error("a side has lost rows");
      await redis.del([...ours, ...theirs]);
    },
    details: (ours, theirs) => detailsOf(rows, ours, theirs),
  });
}

/** What a worker does with a commit whose files are there. */
async function push({ store, view, path, directory }: Pushes, generation: number): Promise<void> {
  const range = { start: micros(NOW - 2n * DAY), end: NOW };
  const edges = { edgeBefore: null, edgeAfter: floor(NOW, view.time.schedule) };
  const fresh = [{ path, live: [range] }];
  const query = pushSql(view, { range, ...edges, fresh, before: [], replaced: [] });
  const session = {
    files: [path],
    memoryBytes: 1024 ** 3,
    tempBytes: 1024 ** 3,
    threads: 1,
    tempDirectory: directory,
    preserveInsertionOrder: true,
  };
  const target = { store, view, workspaceId: 1, generation };
  const batches = readKeyRows(session, query, view.joinKeys.length, new AbortController().signal);
  const scope = { commitSeq: 1n, range, ...edges };
  await pushCommit(target, { begun: await readState(target), scope, isOverwrite: false, batches });
}

async function valuesOf(redis: Redis, prefix: string): Promise<readonly StoredField[]> {
  const keys = await redis.keys(`${prefix}:{*`);
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.hgetallBuffer(key);
  const replies = (await pipeline.exec()) ?? [];
  return keys.flatMap((key, index) => {
    const fields = replies[index]![1] as Readonly<Record<string, Buffer>>;
    return Object.entries(fields).map(([field, value]) => ({ key, field, value }));
  });
}

async function expectSame(
  redis: Redis,
  ours: readonly StoredField[],
  theirs: readonly StoredField[],
): Promise<void> {
  for (let at = 0; at < ours.length; at += 997) {
    const [[, our] = []] = Object.entries(await redis.hgetallBuffer(ours[at]!.key));
    const their = await redis.hgetBuffer(theirs[at]!.key, theirs[at]!.field);
    if (our === undefined || their === null || !our.equals(their)) throw new Error("a value differs");
  }
}

function detailsOf(rows: number, ours: number, theirs: number): WorkResult["details"] {
  return {
    "ours as a share of theirs": theirs / ours,
    "rows/s": rows / ours,
    "rows/s of the other": rows / theirs,
  };
}
