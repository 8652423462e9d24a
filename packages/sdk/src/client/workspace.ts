import type { FeatureView as FeatureViewInfo, Plan, ResponseOf } from "@tesela/contract";
import type { Definition } from "@tesela/core";
import type { BatchFeatureView } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { FeatureView, type NamedView } from "./feature-view.ts";
import { readHistorical, type HistoricalOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";

/** What apply did: the workspace's new revision and every change. */
export type Applied = ResponseOf<"apply">;

/** Several views in one historical read. */
export interface WorkspaceHistoricalOptions extends HistoricalOptions {
  readonly spine: Spine;
  /** Declared views or their names; a view's columns come in this order. */
  readonly featureViews: readonly (BatchFeatureView | string)[];
}

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
  getFeatureView<const View extends BatchFeatureView>(view: View): FeatureView<View>;
  getFeatureView(name: string): FeatureView;
  getFeatureView(view: BatchFeatureView | string): FeatureView {
    return new FeatureView<NamedView>(this.#http, this.name, view as NamedView | string);
  }

  /** Every view of the workspace as the server has it, by name. */
  async listFeatureViews(options: CallOptions = {}): Promise<readonly FeatureViewInfo[]> {
    return (await this.#http.call("listFeatureViews", { workspace: this.name }, options)).featureViews;
  }

  /** Features of several views at the instants of one spine. */
  async getHistoricalFeatures(options: WorkspaceHistoricalOptions): Promise<FeatureFrame> {
    const views = options.featureViews.map(
      (view) => new FeatureView(this.#http, this.name, view as NamedView),
    );
    const known = await Promise.all(views.map((view) => view.forHistory(options)));
    return readHistorical(this.#http, this.name, options.spine, known, options);
  }
}
