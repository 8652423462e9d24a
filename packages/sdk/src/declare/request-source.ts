import type { FeatureType, FieldDefinition, ValueType } from "@tesela/core";
import type { ValueOf } from "./feature.ts";

/** Values by name and type: `{ amount: "float64", tags: "string[]" }`. */
export type Schema = Readonly<Record<string, FeatureType>>;

/** The type that a value or a list of values has in TypeScript. */
export type SchemaValue<Type extends FeatureType> = Type extends ValueType
  ? ValueOf[Type]
  : Type extends `${infer Element extends ValueType}[]`
    ? readonly ValueOf[Element][]
    : never;

/** Values that come with each request; of a historical read, columns of the spine. */
export interface RequestSource<Fields extends Schema = Schema> {
  readonly kind: "requestSource";
  readonly schema: Fields;
}

/** Declares what a request brings along: `requestSource({ schema: { amount: "float64" } })`. */
export function requestSource<const Fields extends Schema>(options: {
  readonly schema: Fields;
}): RequestSource<Fields> {
  return Object.freeze({ kind: "requestSource", schema: Object.freeze({ ...options.schema }) });
}

/** The fields of a schema as a definition lists them, in declared order. */
export function fieldsOf(schema: Schema): readonly FieldDefinition[] {
  return Object.entries(schema).map(([name, type]) => ({ name, type }));
}
