import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  checkResultSchema,
  parseWith,
  resolvedViewSchema,
  retrievalResultSchema,
  type RangeReadPayload,
  type RetrievalPayload,
  type RetrievalView,
  type SpineReadPayload,
  type RetrievalResult,
} from "@tesela/contract";
import {
  compileView,
  DAY,
  isFinal,
  quoteLiteral,
  repositoryOf,
  type BatchFeatureViewDefinition,
  type CompiledView,
  type Definition,
  type EpochMicros,
  type KeyValue,
  type TimeRange,
} from "@tesela/core";
import { resultPath, spinePath } from "@tesela/offline-store";
import { OnlineReader, readMarker, type Marker, type OnlineAnswer } from "@tesela/online-store";
import type { Job, Store, StoredDefinition, TriggerCommand } from "@tesela/registry";
import { SPINE_COLUMNS } from "./events.ts";
import { day, query, table, writeParquet } from "./tables.ts";
import { runTask } from "./task.ts";
import { sourceOf, user } from "./views.ts";
import type { World } from "./world.ts";

const WAIT_MS = 60_000;

/** What a historical read gave: its columns, and its rows as lines of text. */
export interface Frame extends Pick<RetrievalResult, "columns" | "statistics"> {
  readonly rows: readonly string[];
}

/** What of a range read may be given. */
type RangeOptions = Partial<RangeReadPayload> & { readonly entities?: string | null };

const READ_OPTIONS = {
  fromSource: null,
  onUnmaterialized: "error",
  onError: "error",
  isInclusive: false,
  isKnownAt: false,
  asOf: null,
  now: "0",
} as const;

/** What users do with the platform, without the control plane in between. */
export class Platform {
  readonly #world: World;
  readonly #reader: OnlineReader;
  readonly #definitions = new Map<string, Definition>([["user", user]]);

  constructor(world: World) {
    this.#world = world;
    this.#reader = new OnlineReader(world.onlineStore);
  }

  /** Writes the one file of a source that is named like the view, which is applied where it is not yet. */
  async apply(view: BatchFeatureViewDefinition, events: string): Promise<void> {
    const path = `${view.name}.parquet`;
    await this.writeSource(path, events);
    this.#definitions.set(`${view.name}_events`, sourceOf(path, `${view.name}_events`));
    const sources = [{ parameter: "events", source: `${view.name}_events` }];
    this.#definitions.set(view.name, { ...view, sources });
    await this.#applyNew();
  }

  /** Replaces a file of the source root. */
  async writeSource(path: string, events: string): Promise<void> {
    await writeParquet(join(this.#world.sources, path), events);
  }

  /** Runs a job to its end; both stores unless told, no retries. */
  async materialize(name: string, range: TimeRange, options: Partial<TriggerCommand> = {}): Promise<Job> {
    const { registry, dispatcher, workspaceId } = this.#world;
    const generationId = await this.generationOf(name);
    const stores = { online: true, offline: true, overwrite: false, useManagedRetries: false };
    const command = { workspaceId, generationId, view: name, range, requestedBy: "test", ...stores };
    let job = await registry.jobs.trigger({ ...command, ...options });
    await dispatcher.dispatchAttempt(job.waitingAttempt!);
    while (!isFinal(job.state)) {
      const before = job.updatedAt;
      job = await registry.jobs.waitForChange(job.id, { since: before, timeoutMs: WAIT_MS });
      if (job.updatedAt.getTime() === before.getTime()) throw new Error(`job ${job.id} is ${job.state}`);
    }
    return job;
  }

  /** What a feature server that knows the newest plan answers. */
  async online(name: string, key: readonly KeyValue[], now: EpochMicros): Promise<OnlineAnswer> {
    const { workspaceId, registry } = this.#world;
    const generation = await this.generationOf(name);
    const ranges = await registry.ledger.ranges(generation, "online");
    const expectedSeq = ranges.reduce((seq, { commitSeq }) => (commitSeq > seq ? commitSeq : seq), 0n);
    const served = { view: await this.compiled(name), workspaceId, generation, expectedSeq };
    return this.#reader.read(served, key, now);
  }

  /** Joins views to the spine that a query gives; throws what the task failed with. */
  async historical(
    names: readonly string[],
    spine: string,
    options: Partial<SpineReadPayload> = {},
  ): Promise<Frame> {
    const path = await this.#upload(spine);
    const own = { kind: "spine" as const, spinePath: path, timestampKey: null, onMissing: "null" as const };
    return this.#read(names, own, options);
  }

  /** Reads the intervals of a view between two instants, of the keys that a query gives or of all. */
  async range(
    name: string,
    { start, end }: TimeRange,
    { entities = null, ...options }: RangeOptions = {},
  ): Promise<Frame> {
    const entitiesPath = entities === null ? null : await this.#upload(entities);
    const bounds = { start: String(start), end: String(end), isEndGiven: true };
    return this.#read([name], { kind: "range", ...bounds, entitiesPath }, options);
  }

  /** The views of a read, whole and under their own names. */
  payloadViews(names: readonly string[]): Promise<RetrievalView[]> {
    return Promise.all(names.map((name) => this.#payloadView(name)));
  }

  async #upload(rows: string): Promise<string> {
    const path = spinePath(randomUUID());
    await using scratch = await this.#world.offlineStore.createScratch();
    const local = join(scratch.directory, "rows.parquet");
    await writeParquet(local, rows);
    await this.#world.offlineStore.put(local, path);
    return path;
  }

  async #read(names: readonly string[], own: object, options: Partial<RetrievalPayload>): Promise<Frame> {
    const result = resultPath(randomUUID());
    const views = await this.payloadViews(names);
    const payload = { ...READ_OPTIONS, ...own, resultPath: result, views, ...options };
    const task = await runTask(this.#world, "retrieval", payload);
    return await this.#frame(retrievalResultSchema.parse(task.result), result);
  }

  /** The features alone, of spine rows such as `1, 01-02 12:00`. */
  async asked(
    name: string,
    rows: readonly string[],
    options: Parameters<Platform["historical"]>[2] = {},
  ): Promise<string[]> {
    const frame = await this.historical([name], table(SPINE_COLUMNS, ...rows), options);
    return frame.rows.map((row) => row.split(" ").slice(3).join(" "));
  }

  /** The live ranges of a view, such as `1-4` for the first three days of January 2024. */
  async live(name: string, store: Store): Promise<string[]> {
    const ranges = await this.#world.registry.ledger.ranges(await this.generationOf(name), store);
    return ranges.map(({ range: { start, end } }) => `${dayOf(start)}-${dayOf(end)}`);
  }

  /** What the online store says of a view. */
  async marker(name: string): Promise<{ generation: number; marker: Marker }> {
    const generation = await this.generationOf(name);
    const { onlineStore: store } = this.#world;
    const marker = await readMarker({ store, generation });
    return { generation, marker: marker! };
  }

  async compiled(name: string): Promise<CompiledView> {
    const { definition, resolved } = await this.stored(name);
    const repository = repositoryOf([...this.#definitions.values()]);
    return compileView(definition as BatchFeatureViewDefinition, repository, resolved!);
  }

  async generationOf(name: string): Promise<number> {
    return (await this.stored(name)).generationId!;
  }

  async stored(name: string): Promise<StoredDefinition> {
    const { objects } = await this.#world.registry.definitions.current(this.#world.workspaceId);
    return objects.find((one) => one.name === name)!;
  }

  async #frame({ columns, statistics }: RetrievalResult, path: string): Promise<Frame> {
    await using file = await this.#world.offlineStore.open(path);
    const rows = await query(`select * from read_parquet(${quoteLiteral(file.localPath)})`);
    return { columns, statistics, rows: rows.map((row) => row.map(String).join(" ")) };
  }

  async #payloadView(name: string): Promise<RetrievalView> {
    const { definition, resolved, generationId } = await this.stored(name);
    return {
      generationId: String(generationId),
      name,
      features: null,
      joinKeyMap: {},
      embargo: null,
      maxLookback: null,
      maxStaleness: null,
      definition: definition as BatchFeatureViewDefinition,
      resolved: parseWith(resolvedViewSchema, resolved, "stored view"),
      entities: [user],
      sources: [sourceOf(`${name}.parquet`, `${name}_events`)],
    };
  }

  async #applyNew(): Promise<void> {
    const { registry, workspaceId } = this.#world;
    const { objects, revision } = await registry.definitions.current(workspaceId);
    const known = new Set(objects.map(({ name }) => name));
    const added = [...this.#definitions.values()].filter(({ name }) => !known.has(name));
    const changes = added.map(async (definition) => {
      const { kind, name } = definition;
      const resolved = kind === "batchFeatureView" ? await this.#check(definition) : null;
      return { action: "create" as const, kind, name, definition, fingerprint: name, resolved };
    });
    await registry.definitions.applyChanges(workspaceId, revision, await Promise.all(changes));
  }

  async #check({ name, transform }: BatchFeatureViewDefinition): Promise<StoredDefinition["resolved"]> {
    const sources = [{ parameter: "events", source: sourceOf(`${name}.parquet`, `${name}_events`) }];
    const { result } = await runTask(this.#world, "check", {
      views: [{ name, sql: transform.sql, sources, isRowWise: true }],
    });
    const [checked] = checkResultSchema.parse(result).views;
    if (checked!.resolved === null) throw new Error(checked!.problems.map(({ message }) => message).join());
    return checked!.resolved;
  }
}

function dayOf(instant: EpochMicros): bigint {
  return (instant - day(1)) / DAY + 1n;
}
