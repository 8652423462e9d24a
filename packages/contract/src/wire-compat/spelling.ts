import { z } from "zod";

/** A strict object whose fields may be spelled in camelCase or in snake_case, as the published clients do. */
export function eitherSpelling<S extends z.ZodObject>(schema: S): z.ZodPreprocess<S> {
  const names = new Map(Object.keys(schema.shape).map((name) => [snakeCase(name), name]));
  return z.preprocess((value) => inCamelCase(value, names), schema);
}

/** `joinKeyMap` as `join_key_map`. */
export function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A field that stands in both spellings keeps the second one, which the strict object then refuses. */
function inCamelCase(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  if (!Object.keys(value).some((name) => name.includes("_"))) return value;
  const entries = Object.entries(value).map(([name, field]) => {
    const camel = names.get(name) ?? name;
    return [camel === name || Object.hasOwn(value, camel) ? name : camel, field] as const;
  });
  return Object.fromEntries(entries);
}
