import type {
  HistoricalReadView,
  HousekeepingRequest,
  HousekeepingWork,
  Job,
  Plan,
  ResponseOf,
} from "@tesela/contract";
import type { Definition } from "@tesela/core";
import type { FeatureService } from "../declare/feature-service.ts";
import type { RealtimeFeatureView } from "../declare/realtime-feature-view.ts";
import type { StreamSource } from "../declare/source.ts";
import type { DeclaredView } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { WorkspaceFeatureService, type NamedService } from "./feature-service.ts";
import { FeatureView, type NamedView } from "./feature-view.ts";
import { definitionOf, historicalViews, type ViewChoice } from "./historical-view.ts";
import { historicalRead, readHistorical, type HistoricalOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";
import { eachJob, getJob, type JobFilters } from "./jobs.ts";
import { pushRows, type PushedView, type PushRowsOptions, type StreamRow } from "./push-rows.ts";
import { WorkspaceRealtimeView } from "./realtime-view.ts";
import { runView, type RunOptions } from "./run.ts";
import type { AnyFeatureView } from "./view-info.ts";

/** What apply did: the workspace's new revision and every change. */
export type Applied = ResponseOf<"apply">;

/** Several views in one historical read. */
export interface WorkspaceHistoricalOptions extends HistoricalOptions {
  readonly spine: Spine;
  /** Declared views, what `.pick()` and the like make of them, or names; their columns come in this order. */
  readonly featureViews: readonly ViewChoice[];
}

/** Several views in one explanation. */
export interface WorkspaceExplainOptions
  extends ExplainOptions, Pick<WorkspaceHistoricalOptions, "spine" | "featureViews"> {}

/** Transformations are checked by a worker before they are planned or applied, which takes a while. */
const CHECKING = { extraMs: 120_000 };

/** A workspace of a platform. */
export class Workspace {
  readonly name: string;
  readonly #http: Http;

  constructor(http: Http, name: string) {
    this.#http = http;
    this.name = name;
  }

  /** What applying the definitions, as the whole wanted state of the workspace, would do. */
  async plan(definitions: readonly Definition[], options: CallOptions = {}): Promise<Plan> {
    const request = { body: { definitions }, ...CHECKING, ...options };
    return (await this.#http.call("plan", { workspace: this.name }, request)).plan;
  }

  /** Does what a plan said, or applies definitions that destroy nothing (else `DESTRUCTIVE`). */
  async apply(
    wanted: readonly Definition[] | { readonly planId: string },
    options: CallOptions = {},
  ): Promise<Applied> {
    const body = "planId" in wanted ? { planId: wanted.planId } : { definitions: wanted };
    return this.#http.call("apply", { workspace: this.name }, { body, ...CHECKING, ...options });
  }

  /** A view by its declaration, which types it, or by its name. */
  getFeatureView<const View extends DeclaredView>(view: View): FeatureView<View>;
  getFeatureView(view: RealtimeFeatureView): WorkspaceRealtimeView;
  getFeatureView(name: string): FeatureView;
  getFeatureView(view: DeclaredView | RealtimeFeatureView | string): FeatureView | WorkspaceRealtimeView {
    if (typeof view === "object" && view.kind === "realtimeFeatureView")
      return new WorkspaceRealtimeView(this.#http, this.name, view);
    return new FeatureView<NamedView>(this.#http, this.name, view as NamedView | string);
  }

  /** A feature service by its declaration, which types it, or by its name. */
  getFeatureService<const Service extends FeatureService>(service: Service): WorkspaceFeatureService<Service>;
  getFeatureService(name: string): WorkspaceFeatureService;
  getFeatureService(service: FeatureService | string): WorkspaceFeatureService {
    return new WorkspaceFeatureService<NamedService>(this.#http, this.name, service as NamedService | string);
  }

  /** A realtime view by its declaration or by its name. */
  getRealtimeFeatureView(view: RealtimeFeatureView | string): WorkspaceRealtimeView {
    return new WorkspaceRealtimeView(this.#http, this.name, view);
  }

  /** Every view of the workspace as the server has it, realtime ones too, by name. */
  async listFeatureViews(options: CallOptions = {}): Promise<readonly AnyFeatureView[]> {
    return (await this.#http.call("listFeatureViews", { workspace: this.name }, options)).featureViews;
  }

  /** Features of several views at the instants of one spine. */
  async getHistoricalFeatures(options: WorkspaceHistoricalOptions): Promise<FeatureFrame> {
    const { spine, featureViews, ...rest } = options;
    const read = historicalRead(spine, rest);
    const views = await historicalViews(this.#http, this.name, featureViews, rest);
    const what = { featureViews: featureViews.map(written) };
    return readHistorical(this.#http, this.name, { what, views }, read);
  }

  /** What the same `getHistoricalFeatures` would do, and why a row gets what it gets. */
  async explain(options: WorkspaceExplainOptions): Promise<Explanation> {
    const { spine, featureViews, ...rest } = options;
    const views = await historicalViews(this.#http, this.name, featureViews, rest);
    const what = { featureViews: featureViews.map(written) };
    return explainHistorical(this.#http, this.name, { what, views }, spine, rest);
  }

  /**
   * Pushes rows, at most 1,000, into a stream: when it returns, the next read of every online feature view over it
   * sees them.
   */
  async ingest(
    source: StreamSource | string,
    rows: readonly StreamRow[],
    options: PushRowsOptions = {},
  ): Promise<readonly PushedView[]> {
    return pushRows(this.#http, this.name, source, rows, options);
  }

  /**
   * Merges small files and removes what nothing needs (`types`: `compact`, `collect`, `cleanup`; `served`: vectors that
   * were served, past their retention), or loads the online store anew (`rebuild`), of one view or all; gives what there
   * is to do, and its jobs unless `dryRun`.
   */
  async housekeep(
    request: HousekeepingRequest = {},
    options: CallOptions = {},
  ): Promise<readonly HousekeepingWork[]> {
    const parameters = { workspace: this.name };
    return (await this.#http.call("housekeep", parameters, { body: request, ...options })).work;
  }

  /** Every job of the workspace that the filters let through, newest first; the next page when it is reached. */
  eachMaterializationJob(options: JobFilters & CallOptions = {}): AsyncIterable<Job> {
    return eachJob(this.#http, { workspace: this.name }, options);
  }

  /** A job of any view. */
  async getMaterializationJob(id: string, options: CallOptions = {}): Promise<Job> {
    return getJob(this.#http, { workspace: this.name, id }, options);
  }

  /** Runs a view that definitions declare, applied or not (see `FeatureView.run`). */
  async run(
    name: string,
    definitions: readonly Definition[],
    options: RunOptions = {},
  ): Promise<FeatureFrame> {
    return runView(this.#http, this.name, { name, definitions }, options);
  }
}

/** How a request writes a view: by its name alone where nothing of it is changed. */
function written(choice: ViewChoice): HistoricalReadView {
  const { view, name, features, joinKeyMap } = definitionOf(choice);
  if (name === undefined && features === undefined && joinKeyMap === undefined) return view;
  return {
    view,
    ...(name === undefined ? {} : { name }),
    ...(features === undefined ? {} : { features: [...features] }),
    ...(joinKeyMap === undefined ? {} : { joinKeyMap: { ...joinKeyMap } }),
  };
}
