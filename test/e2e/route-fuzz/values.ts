import fc from "fast-check";
import type { Schema } from "./document.ts";

/** Values that are there, by the names under which requests carry them. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

/** What a value is made from: the schemas that others refer to, and what is known of names. */
export interface Making {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly known: Known;
}

const DEEPEST = 6;
/** A value in so many is another than the schema says. */
const JUNK_RATE = 25;

/** Values at which numbers, texts and shapes go wrong. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    2 ** 31,
    2 ** 53,
    1e308,
    "",
    "0",
    "NaN",
    "__proto__",
    [],
    {},
  ),
  fc.constantFrom<unknown>(
    String(2n ** 63n),
    "9999-12-31T23:59:59Z",
    "-9999-01-01",
    "\u0000",
    "\ud800",
    "a/../b",
  ),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 3 }).map((text) => text.repeat(2_000)),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Values of a schema, most of them as it says. */
export function valueOf(schema: Schema, making: Making, name = "", depth = 0): fc.Arbitrary<unknown> {
  const own = known(name, making) ?? validOf(schema, making, name, depth);
  return fc.oneof({ weight: JUNK_RATE - 1, arbitrary: own }, { weight: 1, arbitrary: junk });
}

function known(name: string, making: Making): fc.Arbitrary<unknown> | null {
  const values = making.known[name.replaceAll("_", "").toLowerCase()];
  return values === undefined ? null : fc.constantFrom(...values);
}

function validOf(schema: Schema, making: Making, name: string, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    const target = making.schemas[schema.$ref.split("/").at(-1)!]!;
    return fc.constant(null).chain(() => valueOf(target, making, name, depth + 1));
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) {
    const some = depth > DEEPEST ? choices.slice(0, 1) : choices;
    return fc.oneof(...some.map((choice) => valueOf(choice, making, name, depth + 1)));
  }
  const types = [schema.type ?? []].flat();
  return fc.oneof(
    ...(types.length === 0 ? [junk] : types.map((type) => ofType(type, schema, making, depth))),
  );
}

function ofType(type: string, schema: Schema, making: Making, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case "object":
      return objectOf(schema, making, depth);
    case "array":
      return arrayOf(schema, making, depth);
    case "string":
      return schema.format === "date-time" ? instants : texts;
    case "integer":
      return fc.integer({
        min: schema.minimum ?? -(2 ** 31),
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
      });
    case "number":
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case "boolean":
      return fc.boolean();
    default:
      return fc.constant(null);
  }
}

const texts = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/), fc.string({ maxLength: 12 }));
const instants = fc.oneof(
  fc.constantFrom("2024-01-05T00:00:00Z", "2024-01-10T00:00:00Z", "2024-01-09T12:00:00.000001Z"),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

function objectOf(schema: Schema, making: Making, depth: number): fc.Arbitrary<unknown> {
  const required = new Set(schema.required ?? []);
  const fields = Object.entries(schema.properties ?? {})
    .filter(([name]) => required.has(name) || depth <= DEEPEST)
    .map(
      ([name, field]) =>
        [name, fc.constant(null).chain(() => valueOf(field, making, name, depth + 1))] as const,
    );
  const record = fc.record(Object.fromEntries(fields), {
    requiredKeys: fields.flatMap(([name]) => (required.has(name) ? [name] : [])),
  });
  const rest = schema.additionalProperties;
  if (rest === undefined || rest === false) return record;
  const more = rest === true ? junk : fc.constant(null).chain(() => valueOf(rest, making, "", depth + 1));
  const names = fc.oneof(fc.constantFrom("user_id", "facts", "s"), fc.string({ maxLength: 8 }));
  return fc
    .tuple(record, fc.dictionary(names, more, { maxKeys: 2 }))
    .map(([own, others]) => ({ ...others, ...own }));
}

function arrayOf({ items = {}, minItems = 0, maxItems = 3 }: Schema, making: Making, depth: number) {
  const item = fc.constant(null).chain(() => valueOf(items, making, "", depth + 1));
  const maxLength = Math.max(minItems, depth > DEEPEST ? 0 : Math.min(3, maxItems));
  return fc.array(item, { minLength: minItems, maxLength });
}
