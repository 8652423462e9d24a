import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  compileView,
  quoteLiteral,
  repositoryOf,
  resolveTable,
  type CompiledView,
  type EpochMicros,
  type FeatureTableDefinition,
} from "@tesela/core";
import { spinePath } from "@tesela/offline-store";
import { OnlineReader } from "@tesela/online-store";
import type { Job, Put } from "@tesela/registry";
import { user } from "./definitions.ts";
import { query, writeParquet } from "./duckdb.ts";
import type { FaultWorld } from "./fault-world.ts";

/** A feature table that is applied. */
export interface AppliedTable {
  readonly name: string;
  readonly generation: number;
  readonly compiled: CompiledView;
}

/** Applies a table of balances by user. */
export async function applyTable({ registry, workspaceId }: FaultWorld, name: string): Promise<AppliedTable> {
  const definition: FeatureTableDefinition = {
    kind: "featureTable",
    name,
    entities: ["user"],
    timestampField: "ts",
    features: [{ kind: "attribute", name: "amount", type: "int64" }],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };
  const repository = repositoryOf([user, definition]);
  const resolved = resolveTable(definition, repository);
  const { objects, revision } = await registry.definitions.current(workspaceId);
  const isNew = !objects.some(({ kind }) => kind === "entity");
  const changes = [...(isNew ? [user] : []), definition].map((one): Put => ({
    action: "create",
    kind: one.kind,
    name: one.name,
    definition: one,
    fingerprint: one.name,
    resolved: one === definition ? resolved : null,
  }));
  const state = await registry.definitions.applyChanges(workspaceId, revision, changes);
  const generation = state.objects.find((one) => one.name === name)!.generationId!;
  return { name, generation, compiled: compileView(definition, repository, resolved) };
}

/** Starts to ingest the rows that a query gives, with whatever worker there is. */
export async function startIngest(world: FaultWorld, table: AppliedTable, rows: string): Promise<Job> {
  const { registry, offlineStore, dispatcher, workspaceId } = world;
  const input = spinePath(randomUUID());
  await using scratch = await offlineStore.createScratch();
  const local = join(scratch.directory, "rows.parquet");
  await writeParquet(local, rows);
  await offlineStore.put(local, input);
  const job = await registry.jobs.ingest({
    workspaceId,
    generationId: table.generation,
    view: table.name,
    input,
    useManagedRetries: true,
    online: true,
    offline: true,
    requestedBy: "test",
  });
  await dispatcher.dispatchAttempt(job.waitingAttempt!);
  return job;
}

/** Reads of a table online, as a feature server with the newest plan answers them. */
export function tableReads(
  { registry, onlineStore, workspaceId }: FaultWorld,
  { generation, compiled: view }: AppliedTable,
): (users: readonly number[], now: EpochMicros) => Promise<string[]> {
  const reader = new OnlineReader(onlineStore);
  return async (users, now) => {
    const ranges = await registry.ledger.ranges(generation, "online");
    const expectedSeq = ranges.reduce((seq, { commitSeq }) => (commitSeq > seq ? commitSeq : seq), 0n);
    const served = { view, workspaceId, generation, expectedSeq };
    const answers = await Promise.all(users.map((key) => reader.read(served, [BigInt(key)], now)));
    return answers.map(({ values }) => values.join(" "));
  };
}

/** What the live rows of a table are offline: their number, their sum, and how many have a twin. */
export async function tableRows(
  { registry, offlineStore }: FaultWorld,
  { generation }: AppliedTable,
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const { files } = await registry.ledger.snapshot(generation, { store: "offline" });
  const selects: string[] = [];
  for (const { path, live } of files) {
    const { localPath } = stack.use(await offlineStore.open(path));
    const parts = live.map(({ start, end }) => `(micros >= ${start} and micros < ${end})`).join(" or ");
    selects.push(
      `select user_id, micros, amount
       from (select *, epoch_us(__time) as micros from read_parquet(${quoteLiteral(localPath)}))
       where ${parts}`,
    );
  }
  const rows = await query(
    `select count(*), sum(amount), count(*) - count(distinct (user_id, micros)) from (${selects.join(" union all ")})`,
  );
  return rows[0]!.map(String).join(" ");
}
