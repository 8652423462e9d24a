import { randomUUID } from "node:crypto";
import { copyFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  compileView,
  keepsVersions,
  isFinal,
  parseInstant,
  quoteLiteral,
  repositoryOf,
  resolveTable,
  type CompiledView,
  type EpochMicros,
  type FeatureTableDefinition,
  type KeyValue,
} from "@tesela/core";
import { spinePath, type SpineFormat } from "@tesela/offline-store";
import { OnlineReader } from "@tesela/online-store";
import type { Job } from "@tesela/registry";
import { query, writeParquet } from "../../../testing/tables.ts";
import { user } from "../../../testing/views.ts";
import type { World } from "../../../testing/world.ts";

const WAIT_MS = 60_000;

/** A feature table of amounts by user, from 2024 on. */
export function balances(name: string, extra: Partial<FeatureTableDefinition> = {}): FeatureTableDefinition {
  return {
    kind: "featureTable",
    name,
    entities: ["user"],
    timestampField: "ts",
    features: [{ kind: "attribute", name: "amount", type: "int64" }],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
    ...extra,
  };
}

/** A feature table that is applied, as its users see it, without the control plane in between. */
export class TableUnderTest {
  readonly #world: World;
  readonly #reader: OnlineReader;
  readonly name: string;
  readonly generation: number;
  #compiled: CompiledView;

  private constructor(world: World, name: string, generation: number, compiled: CompiledView) {
    this.#world = world;
    this.#reader = new OnlineReader(world.onlineStore);
    this.name = name;
    this.generation = generation;
    this.#compiled = compiled;
  }

  /** Applies a table of a new name. */
  static async apply(world: World, definition: FeatureTableDefinition): Promise<TableUnderTest> {
    const { registry, workspaceId } = world;
    const { objects, revision } = await registry.definitions.current(workspaceId);
    const repository = repositoryOf([user, definition]);
    const resolved = resolveTable(definition, repository);
    const isNew = !objects.some(({ kind }) => kind === "entity");
    const changes = [...(isNew ? [user] : []), definition].map((one) => ({
      action: "create" as const,
      kind: one.kind,
      name: one.name,
      definition: one,
      fingerprint: one.name,
      resolved: one === definition ? resolved : null,
    }));
    const state = await registry.definitions.applyChanges(workspaceId, revision, changes);
    const { generationId } = state.objects.find(({ name }) => name === definition.name)!;
    return new TableUnderTest(
      world,
      definition.name,
      generationId!,
      compileView(definition, repository, resolved),
    );
  }

  get compiled(): CompiledView {
    return this.#compiled;
  }

  /** Gives the table other stores from now on. */
  async redeclare(stores: { readonly online?: boolean; readonly offline?: boolean }): Promise<void> {
    const { registry, workspaceId } = this.#world;
    const { objects, revision } = await registry.definitions.current(workspaceId);
    const { kind, name, definition, fingerprint, resolved } = objects.find((one) => one.name === this.name)!;
    const changed = { ...(definition as FeatureTableDefinition), ...stores };
    const update = { action: "update" as const, kind, name, definition: changed, fingerprint, resolved };
    await registry.definitions.applyChanges(workspaceId, revision, [update]);
    this.#compiled = compileView(changed, repositoryOf([user, changed]), resolved!);
  }

  /** Starts to ingest the rows that a query gives. */
  async start(rows: string): Promise<Job> {
    await using scratch = await this.#world.offlineStore.createScratch();
    const file = join(scratch.directory, "rows.parquet");
    await writeParquet(file, rows);
    return await this.startFile(file, "parquet");
  }

  async startFile(file: string, format: SpineFormat): Promise<Job> {
    const { registry, dispatcher, offlineStore, workspaceId } = this.#world;
    const input = spinePath(randomUUID(), format);
    await using scratch = await offlineStore.createScratch();
    const copy = join(scratch.directory, "copy");
    await copyFile(file, copy);
    await offlineStore.put(copy, input);
    const { online, offline } = this.compiled;
    const generationId = this.generation;
    const how = { online, offline, useManagedRetries: true };
    const command = { workspaceId, generationId, view: this.name, input, requestedBy: "test", ...how };
    const job = await registry.jobs.ingest(command);
    await dispatcher.dispatchAttempt(job.waitingAttempt!);
    return job;
  }

  async ended(job: Job): Promise<Job> {
    const { registry, workspaceId } = this.#world;
    let now = await registry.jobs.get(workspaceId, job.id);
    while (!isFinal(now.state)) {
      const before = now.updatedAt;
      now = await registry.jobs.waitForChange(job.id, { since: before, timeoutMs: WAIT_MS });
      if (now.updatedAt.getTime() === before.getTime()) throw new Error(`job ${job.id} is ${now.state}`);
    }
    return now;
  }

  /** Ingests rows and waits for the end. */
  async ingest(rows: string): Promise<Job> {
    return this.ended(await this.start(rows));
  }

  /** Ingests a text file and waits for the end. */
  async ingestText(format: "csv" | "ndjson", text: string): Promise<Job> {
    await using scratch = await this.#world.offlineStore.createScratch();
    const file = join(scratch.directory, `rows.${format}`);
    await writeFile(file, text);
    return await this.ended(await this.startFile(file, format));
  }

  /** What a feature server that knows the newest plan answers. */
  async online(key: KeyValue, now: EpochMicros | string): Promise<string> {
    const { workspaceId, registry } = this.#world;
    const ranges = await registry.ledger.ranges(this.generation, "online");
    const expectedSeq = ranges.reduce((seq, { commitSeq }) => (commitSeq > seq ? commitSeq : seq), 0n);
    const served = { view: this.compiled, workspaceId, generation: this.generation, expectedSeq };
    const { values } = await this.#reader.read(served, [key], parseInstant(now));
    return values.map(String).join(" ");
  }

  /** The live rows of the offline store: key, time, features, in order. */
  async offline(): Promise<string[]> {
    const { registry, offlineStore } = this.#world;
    const { files } = await registry.ledger.snapshot(this.generation, { store: "offline" });
    const rows: string[] = [];
    for (const { path, live } of files) {
      await using file = await offlineStore.open(path);
      const parts = live.map(({ start, end }) => `(micros >= ${start} and micros < ${end})`).join(" or ");
      const features = this.compiled.shape.features.map((feature) => `"${feature.name}"`).join(", ");
      const found = await query(
        `select user_id, strftime(__time, '%m-%d %H:%M:%S.%f'), ${features}
         from (select *, epoch_us(__time) as micros from read_parquet(${quoteLiteral(file.localPath)}))
         where (${parts})${keepsVersions(this.compiled) ? " and __version = 1" : ""}`,
      );
      rows.push(...found.map((row) => row.map(String).join(" ")));
    }
    return rows.toSorted((a, b) => (a < b ? -1 : 1));
  }
}
