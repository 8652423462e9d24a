import type { Aggregate, Partial } from "../aggregation/aggregate.ts";
import { aggregates } from "../aggregation/all.ts";
import { TeselaError } from "../errors/tesela-error.ts";
import { parseDuration, type DurationMicros } from "../time/duration.ts";
import type { ViewTime, Window } from "../time/view-time.ts";
import type { JoinKey } from "../value/key.ts";
import type { FeatureType, ValueType } from "../value/value-type.ts";
import { compileTime, lifetimeWindow } from "./compile-time.ts";
import { wildcardKeyOf } from "./join-keys-of.ts";
import type {
  AggregateDefinition,
  BatchTrigger,
  FeatureViewDefinition,
  SourceDefinition,
  SourceInput,
  WindowDefinition,
} from "./definition.ts";
import type { ResolvedColumn, ResolvedView } from "./resolved.ts";
import type { Repository } from "./validate.ts";

/** An aggregate ready to compute: its function, window and where its partials stand. */
export interface CompiledAggregate {
  readonly name: string;
  readonly aggregate: Aggregate;
  readonly column: string;
  readonly input: ValueType;
  readonly type: FeatureType;
  readonly window: Window;
  /** Indexes into the shape's `partials`, in the order that the function asks for. */
  readonly partials: readonly number[];
}

/** What a view stores: rows of attributes, or tiles of partials. */
export type ViewShape =
  | {
      readonly kind: "attributes";
      readonly features: readonly { name: string; type: ValueType }[];
    }
  | {
      readonly kind: "aggregates";
      readonly interval: DurationMicros;
      readonly partials: readonly Partial[];
      readonly features: readonly CompiledAggregate[];
    };

/** A source as a view reads it. */
export interface CompiledSource {
  readonly parameter: string;
  readonly definition: SourceDefinition;
  /** What the transformation sees of it: its window's rows, those from this long before it, or all (TIME T16). */
  readonly sees: { readonly lookback: DurationMicros } | "unfiltered";
}

/** A view with every text read, every name resolved and every default filled in. */
export interface CompiledView {
  readonly kind: "batch" | "stream" | "table";
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  /** The join key that an online read may leave out, or `null`. */
  readonly wildcardKey: JoinKey | null;
  /** How old what a feature server has read may be; `null`: it reads anew. */
  readonly onlineCacheAge: DurationMicros | null;
  readonly time: ViewTime;
  readonly shape: ViewShape;
  readonly timestampField: string;
  readonly createdTimestampField: string | null;
  readonly eventIdField: string | null;
  /** None of a feature table. */
  readonly sources: readonly CompiledSource[];
  /** Whether the transformation runs once per batch window (TIME T16). */
  readonly isIncremental: boolean;
  readonly sql: string;
  readonly columns: readonly ResolvedColumn[];
  readonly online: boolean;
  readonly offline: boolean;
  /** `none` for a feature table. */
  readonly batchTrigger: BatchTrigger;
  /** How much one job of a backfill computes at most, or `null` for a tenth of the whole. */
  readonly maxBackfillInterval: DurationMicros | null;
}

const KINDS = { batchFeatureView: "batch", streamFeatureView: "stream", featureTable: "table" } as const;

/** Compiles a view that `validateDefinitions` and `validateColumns` have passed. */
export function compileView(
  view: FeatureViewDefinition,
  repository: Repository,
  resolved: ResolvedView,
): CompiledView {
  const sources =
    view.kind === "featureTable" ? [] : view.sources.map((one) => compileSource(one, repository));
  const time = compileTime(
    view,
    sources.map(({ definition }) => definition),
  );
  const shape = compileShape(view, resolved, time);
  return {
    kind: KINDS[view.kind],
    name: view.name,
    joinKeys: view.entities.flatMap((name) => declared(repository.entities, name).joinKeys),
    wildcardKey: wildcardKeyOf(view, repository),
    onlineCacheAge: view.onlineCache === undefined ? null : parseDuration(view.onlineCache.maxAge),
    time: { ...time, windows: shape.kind === "aggregates" ? shape.features.map(({ window }) => window) : [] },
    shape,
    timestampField: view.timestampField,
    createdTimestampField: view.createdTimestampField ?? null,
    eventIdField: view.kind === "featureTable" ? null : (view.eventIdField ?? null),
    sources,
    isIncremental: view.kind === "batchFeatureView" && view.incrementalBackfills === true,
    sql: resolved.normalizedSql,
    columns: resolved.columns,
    online: view.online,
    offline: view.offline,
    ...compileBatch(view),
  };
}

function compileBatch(
  view: FeatureViewDefinition,
): Pick<CompiledView, "batchTrigger" | "maxBackfillInterval"> {
  if (view.kind === "featureTable") return { batchTrigger: "none", maxBackfillInterval: null };
  const { batchTrigger = "scheduled", maxBackfillInterval } = view;
  return {
    batchTrigger,
    maxBackfillInterval: maxBackfillInterval === undefined ? null : parseDuration(maxBackfillInterval),
  };
}

function compileSource({ parameter, source, sees }: SourceInput, repository: Repository): CompiledSource {
  const definition = declared(repository.sources, source);
  if (sees === "unfiltered") return { parameter, definition, sees };
  return { parameter, definition, sees: { lookback: parseDuration(sees?.lookback ?? "0s") } };
}

function declared<D>(objects: ReadonlyMap<string, D>, name: string): D {
  const object = objects.get(name);
  if (object === undefined) throw new TeselaError("INTERNAL", `"${name}" is not declared.`);
  return object;
}

function compileShape(view: FeatureViewDefinition, resolved: ResolvedView, time: ViewTime): ViewShape {
  const declaredAggregates = view.features.filter((feature) => feature.kind === "aggregate");
  if (declaredAggregates.length === 0 || view.kind === "featureTable") {
    return {
      kind: "attributes",
      features: view.features.filter((feature) => feature.kind === "attribute"),
    };
  }
  const partials: Partial[] = [];
  const lifetime = lifetimeWindow(view, time);
  const features = declaredAggregates.map((feature) =>
    compileAggregate(feature, resolved, lifetime, partials),
  );
  const interval =
    view.aggregationInterval === undefined ? time.grain : parseDuration(view.aggregationInterval);
  return { kind: "aggregates", interval, partials, features };
}

function compileAggregate(
  feature: AggregateDefinition,
  resolved: ResolvedView,
  lifetime: Window,
  partials: Partial[],
): CompiledAggregate {
  const aggregate = aggregates[feature.function].of(feature);
  const input = resolved.columns.find(({ name }) => name === feature.column)?.type;
  const type = input == null ? null : aggregate.resultType(input);
  if (input == null || type === null) throw new TeselaError("INTERNAL", `"${feature.name}" was not checked.`);
  const needed = aggregate.partials(feature.column, input);
  return {
    name: feature.name,
    aggregate,
    column: feature.column,
    input,
    type,
    window: compileWindow(feature.window, lifetime),
    partials: needed.map((partial) => indexOfPartial(partials, partial)),
  };
}

function compileWindow(window: WindowDefinition, lifetime: Window): Window {
  if (window.kind === "lifetime") return lifetime;
  return {
    kind: "sliding",
    size: parseDuration(window.size),
    offset: parseDuration(window.offset),
  };
}

/** Features share a partial of the same name; a new one is added. */
function indexOfPartial(partials: Partial[], partial: Partial): number {
  const index = partials.findIndex(({ name }) => name === partial.name);
  return index >= 0 ? index : partials.push(partial) - 1;
}
