import type { FeatureService as FeatureServiceInfo } from "@tesela/contract";
import type { FeatureService } from "../declare/feature-service.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import { serviceViews } from "./historical-view.ts";
import { historicalRead, readHistorical, type HistoricalOptions, type RangeOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";

/** A feature service of a workspace. */
export class WorkspaceFeatureService {
  readonly name: string;
  readonly workspace: string;
  readonly #http: Http;
  readonly #service: FeatureService | string;

  constructor(http: Http, workspace: string, service: FeatureService | string) {
    this.#http = http;
    this.workspace = workspace;
    this.name = typeof service === "string" ? service : service.name;
    this.#service = service;
  }

  /** The service as the server has it: its definition, join keys and columns. */
  async describe(options: CallOptions = {}): Promise<FeatureServiceInfo> {
    const parameters = { workspace: this.workspace, name: this.name };
    return (await this.#http.call("getFeatureService", parameters, options)).featureService;
  }

  /** The features of all its views at the instants of a spine, each spine row once and in order (TIME T10). */
  getHistoricalFeatures(spine: Spine, options?: HistoricalOptions): Promise<FeatureFrame>;
  /** The values over a range of time; of a service of one view (TIME T15). */
  getHistoricalFeatures(range?: RangeOptions): Promise<FeatureFrame>;
  async getHistoricalFeatures(
    given?: Spine | RangeOptions,
    options?: HistoricalOptions,
  ): Promise<FeatureFrame> {
    const read = historicalRead(given, options);
    const views = await serviceViews(this.#http, this.workspace, this.#service, read.options);
    const target = { what: { featureService: this.name }, views };
    return readHistorical(this.#http, this.workspace, target, read);
  }

  /** What `getHistoricalFeatures` would do with this spine and these options, and why a row gets what it gets. */
  async explain(spine: Spine, options: ExplainOptions = {}): Promise<Explanation> {
    const views = await serviceViews(this.#http, this.workspace, this.#service, options);
    const target = { what: { featureService: this.name }, views };
    return explainHistorical(this.#http, this.workspace, target, spine, options);
  }
}
