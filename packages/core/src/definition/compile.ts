import type { Aggregate, Partial } from "../aggregation/aggregate.ts";
import { aggregates } from "../aggregation/all.ts";
import { TeselaError } from "../errors/tesela-error.ts";
import { duration, parseDuration, type DurationMicros } from "../time/duration.ts";
import { parseInstant } from "../time/instant.ts";
import { firstVisible } from "../time/law.ts";
import type { ViewTime, Window } from "../time/view-time.ts";
import type { JoinKey } from "../value/key.ts";
import type { ValueType } from "../value/value-type.ts";
import type {
  AggregateDefinition,
  BatchFeatureViewDefinition,
  BatchSourceDefinition,
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
  readonly type: ValueType;
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

/** A view with every text read, every name resolved and every default filled in. */
export interface CompiledView {
  readonly name: string;
  readonly joinKeys: readonly JoinKey[];
  readonly time: ViewTime;
  readonly shape: ViewShape;
  readonly timestampField: string;
  readonly createdTimestampField: string | null;
  readonly eventIdField: string | null;
  readonly sources: readonly {
    readonly parameter: string;
    readonly definition: BatchSourceDefinition;
  }[];
  readonly sql: string;
  readonly columns: readonly ResolvedColumn[];
  readonly online: boolean;
  readonly offline: boolean;
}

/** Compiles a view that `validateDefinitions` and `validateColumns` have passed. */
export function compileView(
  view: BatchFeatureViewDefinition,
  repository: Repository,
  resolved: ResolvedView,
): CompiledView {
  const sources = view.sources.map(({ parameter, source }) => ({
    parameter,
    definition: declared(repository.sources, source),
  }));
  const shape = compileShape(view, resolved, lifetimeWindow(view));
  return {
    name: view.name,
    joinKeys: view.entities.flatMap((name) => declared(repository.entities, name).joinKeys),
    time: viewTime(view, sources, shape),
    shape,
    timestampField: view.timestampField,
    createdTimestampField: view.createdTimestampField ?? null,
    eventIdField: view.eventIdField ?? null,
    sources,
    sql: resolved.normalizedSql,
    columns: resolved.columns,
    online: view.online,
    offline: view.offline,
  };
}

function declared<D>(objects: ReadonlyMap<string, D>, name: string): D {
  const object = objects.get(name);
  if (object === undefined) throw new TeselaError("INTERNAL", `"${name}" is not declared.`);
  return object;
}

function viewTime(
  view: BatchFeatureViewDefinition,
  sources: CompiledView["sources"],
  shape: ViewShape,
): ViewTime {
  const delays = sources.map(({ definition }) => parseDuration(definition.batch.dataDelay));
  return {
    ...batchTime(view),
    dataDelay: delays.reduce((a, b) => (a > b ? a : b), duration(0n)),
    ttl: view.ttl === undefined ? null : parseDuration(view.ttl),
    windows: shape.kind === "aggregates" ? shape.features.map(({ window }) => window) : [],
  };
}

function batchTime(view: BatchFeatureViewDefinition): ViewTime {
  return {
    grain: parseDuration(view.batchSchedule),
    dataDelay: duration(0n),
    featureStart: parseInstant(view.featureStartTime),
    ttl: null,
    windows: [],
  };
}

/** TIME T4: a lifetime window begins where the view says, else at the first window of TIME T13. */
function lifetimeWindow(view: BatchFeatureViewDefinition): Window {
  const start = view.lifetimeStartTime;
  return {
    kind: "lifetime",
    start: start === undefined ? firstVisible(batchTime(view)) : parseInstant(start),
  };
}

function compileShape(view: BatchFeatureViewDefinition, resolved: ResolvedView, lifetime: Window): ViewShape {
  const declaredAggregates = view.features.filter((feature) => feature.kind === "aggregate");
  if (declaredAggregates.length === 0) {
    return {
      kind: "attributes",
      features: view.features.filter((feature) => feature.kind === "attribute"),
    };
  }
  const partials: Partial[] = [];
  const features = declaredAggregates.map((feature) =>
    compileAggregate(feature, resolved, lifetime, partials),
  );
  return {
    kind: "aggregates",
    interval: parseDuration(view.aggregationInterval ?? view.batchSchedule),
    partials,
    features,
  };
}

function compileAggregate(
  feature: AggregateDefinition,
  resolved: ResolvedView,
  lifetime: Window,
  partials: Partial[],
): CompiledAggregate {
  const aggregate = aggregates[feature.function];
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
