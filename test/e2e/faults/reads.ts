import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { retrievalPayloadSchema, retrievalResultSchema } from "@tesela/contract";
import { quoteLiteral, TeselaError, type BatchFeatureViewDefinition, type EpochMicros } from "@tesela/core";
import { resultPath, spinePath } from "@tesela/offline-store";
import { OnlineReader } from "@tesela/online-store";
import { compiled, resolved, sourceOf, user } from "./definitions.ts";
import { query, writeParquet } from "./duckdb.ts";
import type { Platform } from "./platform.ts";

const WAIT_MS = 60_000;

/** A view that is applied. */
export interface AppliedView {
  readonly name: string;
  readonly generation: number;
  readonly definition: BatchFeatureViewDefinition;
}

/** Reads of a view online, as a feature server with the newest plan answers them: one line of values a user. */
export function onlineReads(
  { registry, onlineStore, workspaceId }: Platform,
  { generation, definition }: AppliedView,
): (users: readonly number[], now: EpochMicros) => Promise<string[]> {
  const reader = new OnlineReader(onlineStore);
  const view = compiled(definition);
  return async (users, now) => {
    const ranges = await registry.ledger.ranges(generation, "online");
    const expectedSeq = ranges.reduce((seq, { commitSeq }) => (commitSeq > seq ? commitSeq : seq), 0n);
    const served = { view, workspaceId, generation, expectedSeq };
    const answers = await Promise.all(users.map((key) => reader.read(served, [BigInt(key)], now)));
    return answers.map(({ values }) => values.join(" "));
  };
}

/** Reads a view's history for a spine, at an instant where one is given, through a worker: one line of values a row. */
export async function historicalRead(
  platform: Platform,
  view: AppliedView,
  spine: string,
  asOf: EpochMicros | null = null,
): Promise<string[]> {
  return readHistory(platform, view, await putSpine(platform, spine), asOf);
}

/** Puts a spine that a query gives to where workers find it; gives its path. */
export async function putSpine({ offlineStore }: Platform, spine: string): Promise<string> {
  await using scratch = await offlineStore.createScratch();
  const local = join(scratch.directory, "spine.parquet");
  await writeParquet(local, spine);
  const path = spinePath(randomUUID());
  await offlineStore.put(local, path);
  return path;
}

/** The same as `historicalRead` for a spine that is put already. */
export async function readHistory(
  { registry, offlineStore, dispatcher, workspaceId }: Platform,
  { name, generation, definition }: AppliedView,
  spine: string,
  asOf: EpochMicros | null = null,
): Promise<string[]> {
  const view = {
    generationId: String(generation),
    name,
    features: null,
    joinKeyMap: {},
    embargo: null,
    maxLookback: null,
    maxStaleness: null,
    definition,
    resolved,
    entities: [user],
    sources: [sourceOf(name)],
  };
  const payload = retrievalPayloadSchema.parse({
    kind: "spine",
    spinePath: spine,
    resultPath: resultPath(randomUUID()),
    timestampKey: null,
    fromSource: false,
    onUnmaterialized: "error",
    onMissing: "null",
    onError: "error",
    isInclusive: false,
    isKnownAt: false,
    asOf: asOf === null ? null : String(asOf),
    now: "0",
    views: [view],
  });
  const made = await registry.tasks.create({
    kind: "retrieval",
    workspaceId,
    payload,
    ownerKeyId: null,
    expiresInMs: 10 * WAIT_MS,
  });
  await dispatcher.dispatchTask(made);
  const { error, result } = await registry.tasks.waitForEnd(made.id, WAIT_MS);
  if (error !== null) throw new TeselaError(error.code, error.message);
  if (result === null) throw new TeselaError("TIMEOUT", `The read has not ended in ${WAIT_MS} ms.`);
  retrievalResultSchema.parse(result);
  await using file = await offlineStore.open(payload.resultPath);
  const rows = await query(
    `select * exclude (user_id, ts) from read_parquet(${quoteLiteral(file.localPath)})`,
  );
  return rows.map((row) => row.join(" "));
}
