import { TeselaError } from "../errors/tesela-error.ts";
import type { FeatureType } from "../value/value-type.ts";
import type { CompiledView } from "./compile.ts";
import type {
  FieldDefinition,
  RealtimeFeatureViewDefinition,
  RealtimeSourceDefinition,
} from "./definition.ts";

/** A value that a realtime view's function is given. */
export interface RealtimeField {
  readonly name: string;
  readonly type: FeatureType;
  /** Counts are int64 that the function sees as numbers, as every user of the declaration does. */
  readonly isCount: boolean;
}

/** Where the values of one parameter of the function come from. */
export type RealtimeOrigin =
  | { readonly kind: "request" }
  | {
      readonly kind: "view";
      readonly view: string;
      readonly joinKeyMap: Readonly<Record<string, string>>;
    };

/** One parameter of the function: the object that stands under its name. */
export interface RealtimeSource {
  readonly parameter: string;
  readonly origin: RealtimeOrigin;
  readonly fields: readonly RealtimeField[];
}

/** A realtime view ready to run: the function's text, what it is given and what it gives. */
export interface CompiledRealtimeView {
  readonly name: string;
  readonly function: string;
  readonly sources: readonly RealtimeSource[];
  readonly features: readonly FieldDefinition[];
}

/** Compiles a realtime view that `validateDefinitions` has passed; `views` are those of its workspace. */
export function compileRealtimeView(
  definition: RealtimeFeatureViewDefinition,
  views: ReadonlyMap<string, CompiledView>,
): CompiledRealtimeView {
  return {
    name: definition.name,
    function: definition.transform.function,
    sources: definition.sources.map((source) => compileSource(source, views)),
    features: definition.features.map(({ name, type }) => ({ name, type })),
  };
}

function compileSource(
  source: RealtimeSourceDefinition,
  views: ReadonlyMap<string, CompiledView>,
): RealtimeSource {
  const { parameter } = source;
  if (source.kind === "request") {
    const fields = source.schema.map(({ name, type }) => ({ name, type, isCount: false }));
    return { parameter, origin: { kind: "request" }, fields };
  }
  const view = views.get(source.view);
  if (view === undefined) throw new TeselaError("INTERNAL", `"${source.view}" is not declared.`);
  const origin = { kind: "view" as const, view: source.view, joinKeyMap: source.joinKeyMap ?? {} };
  const all = fieldsOf(view);
  const picked = source.features?.flatMap((name) => all.filter((field) => field.name === name));
  return { parameter, origin, fields: picked ?? all };
}

function fieldsOf({ shape }: CompiledView): readonly RealtimeField[] {
  if (shape.kind === "attributes")
    return shape.features.map(({ name, type }) => ({ name, type, isCount: false }));
  return shape.features.map(({ name, type, aggregate }) => ({
    name,
    type,
    isCount: aggregate.name === "count" || aggregate.name === "approxCountDistinct",
  }));
}
