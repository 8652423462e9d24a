import type { FeatureService as FeatureServiceInfo } from "@tesela/contract";
import type { FeatureService } from "../declare/feature-service.ts";
import type { JoinKeys } from "../declare/view.ts";
import type { FeatureFrame } from "../frame/feature-frame.ts";
import type { Spine } from "../frame/spine.ts";
import { explainHistorical, type ExplainOptions } from "./explain.ts";
import type { Explanation } from "./explanation.ts";
import type { FeatureVector, JoinKeyValues, VectorValue } from "./feature-vector.ts";
import { serviceViews } from "./historical-view.ts";
import { historicalRead, readHistorical, type HistoricalOptions, type RangeOptions } from "./historical.ts";
import type { CallOptions, Http } from "./http.ts";
import type { KeyInput } from "./join-keys.ts";
import { readVectors, type OnlineVectorsOptions } from "./online.ts";
import { queryVectors, type QueryKeys, type QueryOptions } from "./query.ts";
import { readServedOf, type ServedOptions } from "./served.ts";
import { askServiceTypes, typesOfService, type ServiceTypes } from "./service-types.ts";

/** A service that is known by its name alone: any keys in, any values out. */
export type NamedService = FeatureService<
  string,
  Readonly<Record<string, KeyInput>>,
  Readonly<Record<string, VectorValue>>
>;

/** A feature service of a workspace; `Service` is its declaration's type, which types keys and values. */
export class WorkspaceFeatureService<Service extends FeatureService = NamedService> {
  readonly name: string;
  readonly workspace: string;
  readonly #http: Http;
  readonly #service: FeatureService | string;
  #types: ServiceTypes | null;

  constructor(http: Http, workspace: string, service: Service | string) {
    this.#http = http;
    this.workspace = workspace;
    this.name = typeof service === "string" ? service : service.name;
    this.#service = service;
    this.#types = typeof service === "string" ? null : typesOfService(service);
  }

  /** The service as the server has it: its definition, join keys and columns. */
  async describe(options: CallOptions = {}): Promise<FeatureServiceInfo> {
    const parameters = { workspace: this.workspace, name: this.name };
    return (await this.#http.call("getFeatureService", parameters, options)).featureService;
  }

  /** The features of all its views for one row of keys now, read at one instant. */
  async getOnlineFeatures<const Include extends boolean = false>(
    joinKeys: JoinKeys<Service>,
    options: OnlineVectorsOptions<Include> = {},
  ): Promise<FeatureVector<Service, Include extends true ? JoinKeyValues<Service> : object>> {
    const [vector] = await this.getOnlineFeaturesBatch([joinKeys], options);
    return vector!;
  }

  /** The same for several rows of keys, in order. */
  async getOnlineFeaturesBatch<const Include extends boolean = false>(
    rows: readonly JoinKeys<Service>[],
    options: OnlineVectorsOptions<Include> = {},
  ): Promise<FeatureVector<Service, Include extends true ? JoinKeyValues<Service> : object>[]> {
    const { workspace, name } = this;
    const types = (this.#types ??= await askServiceTypes(this.#http, workspace, this.#service, options));
    return readVectors(this.#http, { route: "getServiceVectors", workspace, name, types }, rows, options);
  }

  /**
   * The features of all its views for every value of their wildcard now, by that value, under the other join keys: a
   * row for each value that some view with that wildcard has data of. At most 1,000, else `TOO_LARGE`.
   */
  async queryFeatures(
    joinKeys: QueryKeys<Service>,
    options: QueryOptions = {},
  ): Promise<FeatureVector<Service, JoinKeyValues<Service>>[]> {
    const { workspace, name } = this;
    const types = (this.#types ??= await askServiceTypes(this.#http, workspace, this.#service, options));
    const target = { route: "queryServiceVectors", workspace, name, types } as const;
    return queryVectors(this.#http, target, joinKeys, options);
  }

  /** The sample of what this service has served, where it is declared with `logging`: `_served_at`, join keys, features. */
  async getServedFeatures(options: ServedOptions = {}): Promise<FeatureFrame> {
    const { workspace, name } = this;
    const types = (this.#types ??= await askServiceTypes(this.#http, workspace, this.#service, options));
    const counts = types.features.filter(({ isCount }) => isCount).map((feature) => feature.name);
    return readServedOf(this.#http, { workspace, name, counts: new Set(counts) }, options);
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
