import type { RealtimeView } from "@tesela/contract";
import { declarationsOf } from "../declare/declarations-of.ts";
import type { RealtimeFeatureView } from "../declare/realtime-feature-view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { historicalViews } from "./historical-view.ts";
import { readHistorical, type HistoricalOptions, type ReadTarget } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";
import {
  realtimeAttributesOf,
  RealtimeViewSummary,
  type RealtimeViewAttributes,
} from "./realtime-summary.ts";
import { runRealtimeView, type RealtimeRunOptions } from "./run-realtime.ts";
import { realtimeView } from "./view-info.ts";

/** A realtime view that knows its attributes, as the server had them when it was loaded. */
export type LoadedRealtimeView = WorkspaceRealtimeView & RealtimeViewAttributes;

/** A realtime feature view of a workspace. */
export class WorkspaceRealtimeView {
  readonly name: string;
  readonly workspace: string;
  readonly #http: Http;
  readonly #view: RealtimeFeatureView | string;

  constructor(http: Http, workspace: string, view: RealtimeFeatureView | string) {
    this.#http = http;
    this.workspace = workspace;
    this.name = typeof view === "string" ? view : view.name;
    this.#view = view;
  }

  /** This view with its attributes (`features`, `isOnDemand`, `url`, …) as the server has them now. */
  async load(options: CallOptions = {}): Promise<LoadedRealtimeView> {
    const view = new WorkspaceRealtimeView(this.#http, this.workspace, this.#view);
    return Object.assign(view, realtimeAttributesOf(this.workspace, await this.describe(options)));
  }

  /** What the view is; it prints as a table. */
  async summary(options: CallOptions = {}): Promise<RealtimeViewSummary> {
    return new RealtimeViewSummary(this.workspace, await this.describe(options));
  }

  /** The view as the server has it: its definition, what it is computed from and what it gives. */
  async describe(options: CallOptions = {}): Promise<RealtimeView> {
    const { workspace, name } = this;
    return realtimeView((await this.#http.call("getFeatureView", { workspace, name }, options)).featureView);
  }

  /** The view's features at the instants of a spine, whose columns are the request data too. */
  async getHistoricalFeatures(spine: Spine, options: HistoricalOptions = {}): Promise<FeatureFrame> {
    const target = await this.#target(options);
    return readHistorical(this.#http, this.workspace, target, { kind: "spine", spine, options });
  }

  /** What `getHistoricalFeatures` would do with this spine and these options. */
  async explain(spine: Spine, options: ExplainOptions = {}): Promise<Explanation> {
    return explainHistorical(this.#http, this.workspace, await this.#target(options), spine, options);
  }

  /**
   * Runs the function over tables that stand in for its sources, applied or not: one for each, all of as many rows, by
   * the names that it calls them. Throws `VALUE_ERROR` naming the first row that it fails on.
   */
  async run(options: RealtimeRunOptions): Promise<FeatureFrame> {
    const view = this.#view;
    const [definitions, definition] =
      typeof view === "string"
        ? [null, (await this.describe({ signal: options.signal })).definition]
        : [declarationsOf({ view }), view.definition];
    return runRealtimeView(this.#http, this.workspace, { name: this.name, definitions }, definition, options);
  }

  async #target({ signal }: CallOptions): Promise<ReadTarget> {
    const views = await historicalViews(this.#http, this.workspace, [this.#view], { signal });
    return { what: { featureViews: [this.name] }, views };
  }
}
