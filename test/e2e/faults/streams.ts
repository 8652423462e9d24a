import { randomUUID } from "node:crypto";
import { streamPayloadSchema, streamResultSchema, type StreamResult } from "@tesela/contract";
import {
  compileView,
  repositoryOf,
  TeselaError,
  type CompiledView,
  type EpochMicros,
  type FeatureDefinition,
  type StreamFeatureViewDefinition,
  type StreamSourceDefinition,
} from "@tesela/core";
import { OnlineReader } from "@tesela/online-store";
import type { Task } from "@tesela/registry";
import { writeEvents } from "./apply.ts";
import { resolved, user } from "./definitions.ts";
import type { FaultWorld } from "./fault-world.ts";

const WAIT_MS = 60_000;
const SWEEP_MS = 100;

/** A row of a stream as JSON carries it. */
export interface StreamRecord {
  readonly user_id: string | null;
  readonly ts: string | null;
  readonly amount: string | null;
}

/** A stream view that is applied. */
export interface AppliedStream {
  readonly name: string;
  readonly generation: number;
  readonly definition: StreamFeatureViewDefinition;
  readonly source: StreamSourceDefinition;
  readonly compiled: CompiledView;
}

/** Tiled windows of amounts by user: an hour and two days over tiles of ten minutes, with a list in time order. */
export const TILED: readonly FeatureDefinition[] = [
  aggregate("sum_1h", "sum", "1h"),
  aggregate("count_2d", "count", "2d"),
  { ...aggregate("last_2d", "last", "2d"), n: 3 },
];

/** The newest amount. */
export const NEWEST: readonly FeatureDefinition[] = [{ kind: "attribute", name: "amount", type: "int64" }];

function aggregate(name: string, fn: "sum" | "count" | "last", size: string) {
  const window = { kind: "sliding", size, offset: "0s" } as const;
  return { kind: "aggregate", name, function: fn, column: "amount", window } as const;
}

/** Applies a stream view over a batch log that a query gives; without an interval its aggregates are continuous. */
export async function applyStream(
  world: FaultWorld,
  name: string,
  features: readonly FeatureDefinition[],
  { interval, log = NO_EVENTS }: { readonly interval?: string; readonly log?: string } = {},
): Promise<AppliedStream> {
  const { registry, workspaceId } = world;
  await writeEvents(world, name, log);
  const source: StreamSourceDefinition = {
    kind: "streamSource",
    name: `${name}_events`,
    stream: { kind: "push" },
    batch: { format: "parquet", path: `${name}.parquet`, timestampField: "ts", dataDelay: "0s" },
  };
  const definition: StreamFeatureViewDefinition = {
    kind: "streamFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: source.name }],
    transform: { sql: "select user_id, ts, amount from events" },
    timestampField: "ts",
    features,
    ...(interval === undefined ? {} : { aggregationInterval: interval }),
    batchSchedule: "1d",
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };
  const { objects, revision } = await registry.definitions.current(workspaceId);
  const isNew = !objects.some(({ kind }) => kind === "entity");
  const changes = [...(isNew ? [user] : []), source, definition].map((one) => ({
    action: "create" as const,
    kind: one.kind,
    name: one.name,
    definition: one,
    fingerprint: one.name,
    resolved: one === definition ? resolved : null,
  }));
  const state = await registry.definitions.applyChanges(workspaceId, revision, changes);
  const generation = state.objects.find((one) => one.name === name)!.generationId!;
  const compiled = compileView(definition, repositoryOf([user, source, definition]), resolved);
  return { name, generation, definition, source, compiled };
}

const NO_EVENTS = "select null::bigint as user_id, null::timestamp as ts, null::bigint as amount where false";

/** Starts to push records, under a key of their own unless told. */
export async function startPush(
  { registry, dispatcher, workspaceId }: FaultWorld,
  { source, definition, generation }: AppliedStream,
  records: readonly StreamRecord[],
  idempotencyKey: string = randomUUID(),
): Promise<Task> {
  const view = { definition, entities: [user], sources: [source], resolved, generationId: generation };
  const payload = streamPayloadSchema.parse({
    idempotencyKey,
    isDryRun: false,
    sources: [{ source, records }],
    views: [view],
  });
  const task = await registry.tasks.create({
    kind: "ingest",
    workspaceId,
    payload,
    ownerKeyId: null,
    expiresInMs: 10 * WAIT_MS,
  });
  await dispatcher.dispatchTask(task);
  return task;
}

/** Sweeps until a push has ended; throws what it failed with. */
export async function endPush({ registry, dispatcher }: FaultWorld, { id }: Task): Promise<StreamResult> {
  const deadline = performance.now() + WAIT_MS;
  for (;;) {
    const task = await registry.tasks.waitForEnd(id, SWEEP_MS);
    if (task.error !== null) throw new TeselaError(task.error.code, task.error.message);
    if (task.state === "SUCCESS") return streamResultSchema.parse(task.result);
    if (performance.now() > deadline) throw new Error(`push ${id} is still ${task.state}`);
    await dispatcher.sweep();
  }
}

/** Pushes records and waits until they are acknowledged. */
export async function push(
  world: FaultWorld,
  stream: AppliedStream,
  records: readonly StreamRecord[],
  idempotencyKey?: string,
): Promise<StreamResult> {
  return endPush(world, await startPush(world, stream, records, idempotencyKey));
}

/** Reads a stream view online, as a feature server with the newest plan does: one line of values a user. */
export function streamReads(
  { registry, onlineStore, workspaceId }: FaultWorld,
  { generation, compiled }: AppliedStream,
): (users: readonly number[], now: EpochMicros) => Promise<string[]> {
  const reader = new OnlineReader(onlineStore);
  return async (users, now) => {
    const expected = (await registry.ledger.expectedOnline(workspaceId)).get(generation)!;
    const served = { view: compiled, workspaceId, generation, ...expected };
    const answers = await Promise.all(users.map((key) => reader.read(served, [BigInt(key)], now)));
    return answers.map(({ values }) => values.map((value) => `[${String(value)}]`).join(" "));
  };
}
