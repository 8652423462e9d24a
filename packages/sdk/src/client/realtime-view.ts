import type { RealtimeFeatureView } from "../declare/realtime-feature-view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { historicalViews } from "./historical-view.ts";
import { readHistorical, type HistoricalOptions, type ReadTarget } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";

/** A realtime feature view of a workspace. */
export class WorkspaceRealtimeView {
  readonly name: string;
  readonly workspace: string;
  readonly #http: Http;
  readonly #view: RealtimeFeatureView;

  constructor(http: Http, workspace: string, view: RealtimeFeatureView) {
    this.#http = http;
    this.workspace = workspace;
    this.name = view.name;
    this.#view = view;
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

  async #target({ signal }: CallOptions): Promise<ReadTarget> {
    const views = await historicalViews(this.#http, this.workspace, [this.#view], { signal });
    return { what: { featureViews: [this.name] }, views };
  }
}
