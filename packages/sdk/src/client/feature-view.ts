import type {
  FeatureView as FeatureViewInfo,
  Job,
  JobLogLine,
  KeysVerification,
  ResponseOf,
} from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { DeclaredView, JoinKeys } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { checkConsistencyOf, type ConsistencyOptions, type ConsistencyReport } from "./consistency.ts";
import { ViewCoverage } from "./coverage.ts";
import { deleteKeysOf, deletionsOf, verifyKeysOf, type DeleteOptions } from "./delete-keys.ts";
import { DeletionStatus, type DeletionStatusOptions } from "./deletion-status.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { FeatureVector, vectorValues, type JoinKeyValues, type VectorValue } from "./feature-vector.ts";
import { historicalViews } from "./historical-view.ts";
import { historicalRead, readHistorical, type HistoricalOptions, type RangeOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";
import { ingestInto } from "./ingest.ts";
import { checkJoinKeys, encodeJoinKeys, type KeyInput } from "./join-keys.ts";
import {
  cancelJob,
  eachJob,
  getJob,
  jobLogs,
  jobPage,
  retryJob,
  triggerBody,
  type JobFilters,
  type JobLogOptions,
  type JobPage,
  type JobPageOptions,
  type MaterializationRequest,
} from "./jobs.ts";
import { readVectors, type OnlineOptions, type OnlineVectorsOptions } from "./online.ts";
import { queryVectors, type QueryKeys, type QueryOptions } from "./query.ts";
import { refillView, type RefillOptions } from "./refill.ts";
import { runView, runViewOf, type RunOptions } from "./run.ts";
import {
  materializationStatusOf,
  type MaterializationStatus,
  type MaterializationStatusOptions,
} from "./status.ts";
import { attributesOf, FeatureViewSummary, type FeatureViewAttributes } from "./summary.ts";
import { storedView } from "./view-info.ts";
import { typesOfDeclaration, typesOfServer, type ViewTypes } from "./view-types.ts";
import { waitForJob, type WaitOptions } from "./wait-for-job.ts";

/** A view that is known by its name alone: any keys in, any values out. */
export type NamedView = DeclaredView<
  string,
  Readonly<Record<string, KeyInput>>,
  Readonly<Record<string, VectorValue>>
>;

/** A view that knows its attributes, as the server had them when it was loaded. */
export type LoadedFeatureView<View extends DeclaredView = NamedView> = FeatureView<View> &
  FeatureViewAttributes;

const PAGE = 1_000;

/** A worker looks at every source file, which takes a while. */
const LOOK_MS = 120_000;

/** A feature view of a workspace; `View` is its declaration's type, which types keys and values. */
export class FeatureView<View extends DeclaredView = NamedView> {
  readonly name: string;
  readonly workspace: string;
  readonly #http: Http;
  readonly #declared: DeclaredView | null;
  #types: ViewTypes | null;

  constructor(http: Http, workspace: string, view: View | string) {
    this.#http = http;
    this.workspace = workspace;
    this.name = typeof view === "string" ? view : view.name;
    this.#declared = typeof view === "string" ? null : view;
    this.#types = typeof view === "string" ? null : typesOfDeclaration(view);
  }

  /** This view with its attributes (`batchSchedule`, `features`, `url`, …) as the server has them now. */
  async load(options: CallOptions = {}): Promise<LoadedFeatureView<View>> {
    const view = new FeatureView<View>(
      this.#http,
      this.workspace,
      (this.#declared ?? this.name) as View | string,
    );
    return Object.assign(view, attributesOf(this.workspace, await this.describe(options)));
  }

  /** What the view is and how far it is materialized; it prints as a table. */
  async summary(options: CallOptions = {}): Promise<FeatureViewSummary> {
    return new FeatureViewSummary(this.workspace, await this.describe(options));
  }

  /** What is materialized in each store, what is not and why, and how fresh it is; it prints as a table. */
  async coverage(options: CallOptions = {}): Promise<ViewCoverage> {
    return new ViewCoverage((await this.#http.call("getCoverage", this.#path(), options)).coverage);
  }

  /** Lets the schedule fill again what cancelled and failed jobs have left empty. */
  refill(options: RefillOptions = {}): Promise<ResponseOf<"refill">> {
    return refillView(this.#http, this.#path(), options);
  }

  /** Has a worker compare the source files with those that were materialized, and gives what is stale. */
  async refreshStaleness(options: CallOptions = {}): Promise<ViewCoverage> {
    const request = { extraMs: LOOK_MS, ...options };
    return new ViewCoverage((await this.#http.call("refreshStaleness", this.#path(), request)).coverage);
  }

  /** Materializes again what is stale, and gives the jobs. */
  async refreshStaleRanges(options: CallOptions = {}): Promise<readonly Job[]> {
    return (await this.#http.call("refresh", this.#path(), options)).jobs;
  }

  /** The view as the server has it: its definition, columns, and what is materialized. */
  async describe(options: CallOptions = {}): Promise<FeatureViewInfo> {
    return storedView((await this.#http.call("getFeatureView", this.#path(), options)).featureView);
  }

  /** The view's features at the instants of a spine, each spine row once and in order (TIME T10). */
  getHistoricalFeatures(spine: Spine, options?: HistoricalOptions): Promise<FeatureFrame>;
  /** The view's values over a range of time, with `_valid_from` and `_valid_to`; all of them unless told (TIME T15). */
  getHistoricalFeatures(range?: RangeOptions): Promise<FeatureFrame>;
  async getHistoricalFeatures(
    given?: Spine | RangeOptions,
    options?: HistoricalOptions,
  ): Promise<FeatureFrame> {
    const read = historicalRead(given, options);
    const choice = this.#declared ?? this.name;
    const views = await historicalViews(this.#http, this.workspace, [choice], read.options);
    const target = { what: { featureViews: [this.name] }, views };
    return readHistorical(this.#http, this.workspace, target, read);
  }

  /** What `getHistoricalFeatures` would do with this spine and these options, and why a row gets what it gets. */
  async explain(spine: Spine, options: ExplainOptions = {}): Promise<Explanation> {
    const views = await historicalViews(this.#http, this.workspace, [this.#declared ?? this.name], options);
    const target = { what: { featureViews: [this.name] }, views };
    return explainHistorical(this.#http, this.workspace, target, spine, options);
  }

  /** Computes the view over a range of its sources or mocks, applied or not; writes nothing but the frame. */
  async run(options: RunOptions = {}): Promise<FeatureFrame> {
    const view = this.#declared === null ? { name: this.name, definitions: null } : runViewOf(this.#declared);
    return runView(this.#http, this.workspace, view, options);
  }

  /** The features of one key now. A key that was never seen has empty values (TIME T6). */
  async getOnlineFeatures<const Include extends boolean = false>(
    joinKeys: JoinKeys<View>,
    options: OnlineOptions<Include> = {},
  ): Promise<FeatureVector<View, Include extends true ? JoinKeyValues<View> : object>> {
    const { signal } = options;
    const types = (this.#types ??= typesOfServer(await this.describe({ signal })));
    const keys = checkJoinKeys(joinKeys, types.joinKeys);
    const body = { joinKeys: encodeJoinKeys(keys) };
    const answer = await this.#http.call("getOnlineFeatures", this.#path(), { body, signal });
    const shownKeys = options.includeJoinKeysInResponse === true ? keys : new Map<never, never>();
    return new FeatureVector(vectorValues(answer, types.features, shownKeys), answer.metadata);
  }

  /** The features of several keys now, in order and of one instant. */
  async getOnlineFeaturesBatch<const Include extends boolean = false>(
    rows: readonly JoinKeys<View>[],
    options: OnlineVectorsOptions<Include> = {},
  ): Promise<FeatureVector<View, Include extends true ? JoinKeyValues<View> : object>[]> {
    const types = (this.#types ??= typesOfServer(await this.describe({ signal: options.signal })));
    const target = { route: "getOnlineVectors", ...this.#path(), types } as const;
    return readVectors(this.#http, target, rows, options);
  }

  /**
   * The features of every value of the view's wildcard now, by that value, under the other join keys. Throws
   * `VALIDATION` of a view without an `onlineServingIndex`, and `TOO_LARGE` beyond 1,000 values.
   */
  async queryFeatures(
    joinKeys: QueryKeys<View>,
    options: QueryOptions = {},
  ): Promise<FeatureVector<View, JoinKeyValues<View>>[]> {
    const types = (this.#types ??= typesOfServer(await this.describe({ signal: options.signal })));
    const target = { route: "queryOnlineVectors", ...this.#path(), types } as const;
    return queryVectors(this.#http, target, joinKeys, options);
  }

  /**
   * Starts materializing a range and gives the job's id. Throws `VALIDATION` with the fix on a range or store that
   * cannot be, and `CONFLICT` where another job is materializing some of it.
   */
  async triggerMaterializationJob(
    request: MaterializationRequest,
    options: CallOptions = {},
  ): Promise<string> {
    const body = triggerBody(request);
    return (await this.#http.call("triggerJob", this.#path(), { body, ...options })).job.id;
  }

  /** Brings rows or a file into a feature table; what it gives back, the next read sees. */
  async ingest(rows: Spine, options: WaitOptions = {}): Promise<Job> {
    return ingestInto(this.#http, this.workspace, await this.describe(options), rows, options);
  }

  /**
   * Deletes keys for good (TIME T17) and gives the ids of the jobs that take them out of the stores: when it
   * returns, no read shows them. Full join keys only, at most 10,000 of them.
   */
  async deleteKeys(keys: readonly JoinKeys<View>[], options: DeleteOptions = {}): Promise<readonly string[]> {
    const { joinKeys } = (this.#types ??= typesOfServer(await this.describe({ signal: options.signal })));
    const deletion = await deleteKeysOf(this.#http, this.#path(), joinKeys, keys, options);
    return deletion.jobs.map(({ id }) => id);
  }

  /** The deletions of keys as rows, one for each attempt; it prints as a table. */
  async deletionStatus(options: DeletionStatusOptions & CallOptions = {}): Promise<DeletionStatus> {
    return new DeletionStatus(await deletionsOf(this.#http, this.#path(), PAGE, options), options);
  }

  /** Scans every file of this view for its deleted keys, those of kept snapshots too: `found` is 0 as proof. */
  async verifyDeletedKeys(options: CallOptions = {}): Promise<KeysVerification> {
    return verifyKeysOf(this.#http, this.#path(), options);
  }

  /** Compares, for sampled keys, what the online store answers with the historical read at the same instant (TIME T12). */
  async checkConsistency(options: ConsistencyOptions = {}): Promise<ConsistencyReport> {
    return checkConsistencyOf(this.#http, this.#path(), options);
  }

  /** A job of this view. */
  async getMaterializationJob(id: string, options: CallOptions = {}): Promise<Job> {
    const job = await getJob(this.#http, { workspace: this.workspace, id }, options);
    if (job.featureView === this.name) return job;
    throw new TeselaError(
      "NOT_FOUND",
      `Job "${id}" is one of feature view "${job.featureView}", not "${this.name}".`,
    );
  }

  /** Every job of this view that the filters let through, newest first. */
  async listMaterializationJobs(options: JobFilters & CallOptions = {}): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    for await (const job of this.eachMaterializationJob(options)) jobs.push(job);
    return jobs;
  }

  /** The same, one by one: a page of them is asked for when it is reached. */
  eachMaterializationJob(options: JobFilters & CallOptions = {}): AsyncIterable<Job> {
    return eachJob(this.#http, { workspace: this.workspace, view: this.name }, options);
  }

  /** One page of them, with the cursor of the next. */
  async pageOfMaterializationJobs(options: JobPageOptions = {}): Promise<JobPage> {
    return jobPage(this.#http, { workspace: this.workspace, view: this.name }, options);
  }

  /** The jobs that bring rows, one row for each attempt, the newest job first; it prints as a table. */
  async materializationStatus(
    options: MaterializationStatusOptions & CallOptions = {},
  ): Promise<MaterializationStatus> {
    return materializationStatusOf(this.eachMaterializationJob({ signal: options.signal }), options);
  }

  /** What the workers of a job's attempts had to say, in order. */
  async getMaterializationJobLogs(id: string, options: JobLogOptions = {}): Promise<readonly JobLogLine[]> {
    const job = await this.getMaterializationJob(id, options);
    return jobLogs(this.#http, job, options);
  }

  /** Stops a job for good: recorded at once, its worker stops soon after. A final job is given as it is. */
  async cancelMaterializationJob(id: string, options: CallOptions = {}): Promise<Job> {
    const job = await this.getMaterializationJob(id, options);
    return cancelJob(this.#http, job, options);
  }

  /** Tries a failed or cancelled job again; throws `CONFLICT` where its range is taken meanwhile. */
  async retryMaterializationJob(id: string, options: CallOptions = {}): Promise<Job> {
    const job = await this.getMaterializationJob(id, options);
    return retryJob(this.#http, job, options);
  }

  /**
   * Waits until a job has succeeded and gives it. Throws `MaterializationJobFailedError` when it ends otherwise,
   * `MaterializationTimeoutError` when the time is over first.
   */
  async waitForMaterializationJob(id: string, options: WaitOptions = {}): Promise<Job> {
    return waitForJob(this.#http, this.workspace, id, options);
  }

  #path(): { readonly workspace: string; readonly name: string } {
    return { workspace: this.workspace, name: this.name };
  }
}
