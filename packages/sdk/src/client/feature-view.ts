import type { FeatureView as FeatureViewInfo, Job, TriggerRequest } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError, type JobState } from "@tesela/core";
import type { DeclaredView, JoinKeys } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { FeatureVector, vectorValues, type JoinKeyValues, type VectorValue } from "./feature-vector.ts";
import { historicalViews } from "./historical-view.ts";
import { historicalRead, readHistorical, type HistoricalOptions, type RangeOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";
import { ingestInto } from "./ingest.ts";
import { checkJoinKeys, encodeJoinKeys, type KeyInput } from "./join-keys.ts";
import { runView, runViewOf, type RunOptions } from "./run.ts";
import { typesOfDeclaration, typesOfServer, type ViewTypes } from "./view-types.ts";
import { waitForJob, type WaitOptions } from "./wait-for-job.ts";

/** A view that is known by its name alone: any keys in, any values out. */
export type NamedView = DeclaredView<
  string,
  Readonly<Record<string, KeyInput>>,
  Readonly<Record<string, VectorValue>>
>;

/** How to read features now. */
export interface OnlineOptions<Include extends boolean> extends CallOptions {
  /** Whether the vector holds the join keys too; false unless told. */
  readonly includeJoinKeysInResponse?: Include;
}

/** What to materialize: a range on the view's schedule. */
export interface MaterializationRequest {
  /** A `Date`, or ISO text that is UTC without a zone. */
  readonly startTime: string | Date;
  /** Not part of the range. */
  readonly endTime: string | Date;
  /** Where to; every store that the view has unless told. */
  readonly online?: boolean | undefined;
  readonly offline?: boolean | undefined;
  /** Whether failed attempts are tried again; true unless told. */
  readonly useManagedRetries?: boolean | undefined;
  /** Whether what is materialized already is replaced; false unless told. */
  readonly overwrite?: boolean | undefined;
}

const PAGE = 1_000;

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

  /** The view as the server has it: its definition, columns, and what is materialized. */
  async describe(options: CallOptions = {}): Promise<FeatureViewInfo> {
    return (await this.#http.call("getFeatureView", this.#path(), options)).featureView;
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

  /** Starts materializing a range and gives the job's id. */
  async triggerMaterializationJob(
    request: MaterializationRequest,
    options: CallOptions = {},
  ): Promise<string> {
    const { startTime, endTime, ...rest } = request;
    const body: TriggerRequest = {
      startTime: formatInstant(parseInstant(startTime)),
      endTime: formatInstant(parseInstant(endTime)),
      ...present(rest),
    };
    return (await this.#http.call("triggerJob", this.#path(), { body, ...options })).job.id;
  }

  /** Brings rows or a file into a feature table; what it gives back, the next read sees. */
  async ingest(rows: Spine, options: WaitOptions = {}): Promise<Job> {
    return ingestInto(this.#http, this.workspace, await this.describe(options), rows, options);
  }

  /** A job of this view. */
  async getMaterializationJob(id: string, options: CallOptions = {}): Promise<Job> {
    const { job } = await this.#http.call("getJob", { workspace: this.workspace, id }, options);
    if (job.featureView === this.name) return job;
    throw new TeselaError(
      "NOT_FOUND",
      `Job "${id}" is one of feature view "${job.featureView}", not "${this.name}".`,
    );
  }

  /** Every job of this view, newest first. */
  async listMaterializationJobs(
    options: CallOptions & { readonly state?: JobState } = {},
  ): Promise<readonly Job[]> {
    const jobs: Job[] = [];
    let cursor: string | undefined;
    do {
      const query = { view: this.name, limit: PAGE, ...present({ state: options.state, cursor }) };
      const page = await this.#http.call(
        "listJobs",
        { workspace: this.workspace },
        { query, signal: options.signal },
      );
      jobs.push(...page.jobs);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return jobs;
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

/** The fields that are there. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
