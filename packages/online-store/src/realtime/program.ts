import type { CompiledRealtimeView, FeatureType, RealtimeField } from "@tesela/core";
import { PRELUDE } from "./prelude.ts";

/**
 * The program of a context: gives `{ check, run }`. `check(function, text)` says what is wrong with a function or
 * null; `run(function, json)` maps rows as `encodeRows` writes them to what `decodeAnswers` reads.
 */
export function programOf(view: CompiledRealtimeView): string {
  const sources = view.sources.map(
    ({ parameter, fields }, at) => `${text(parameter)}: {${fields.map(readField(at)).join(", ")}}`,
  );
  const features = view.features.map(
    ({ name, type }) => `${writer(type)}(${text(name)}, result[${text(name)}])`,
  );
  return `(() => {${PRELUDE}
const orNullMade = (make, name, value, type) => (value === null ? null : make(name, value, type));
const read = (row) => ({${sources.join(", ")}});
const write = (result) => [${features.join(", ")}];
const one = (transform, row) => {
  try {
    return { values: write(resultOf(transform(read(row)))) };
  } catch (error) {
    if (error instanceof Stopped) throw error;
    return { error: describe(error) };
  }
};
const bounded = (text) => (text.length > 1000000 ? TOO_LARGE : text);
const run = (transform, json) => {
  const rows = JSON.parse(json);
  return "[" + rows.map((row) => bounded(JSON.stringify(one(transform, row)))).join(",") + "]";
};
return { check: functionProblem, run };
})()`;
}

function readField(source: number): (field: RealtimeField, at: number) => string {
  return ({ name, type, isCount }, at) => {
    const element = elementOf(type);
    const value = `row[${source}][${at}]`;
    if (isCount) return `${text(name)}: ${value}`;
    if (element === null) return `${text(name)}: orNull(given.${type}, ${value})`;
    return `${text(name)}: listOrNull(given.${element}, ${value})`;
  };
}

/** JavaScript of a function of a feature's name and value. */
function writer(type: FeatureType): string {
  const element = elementOf(type);
  const make = element === null ? `made.${type}` : `(n, v) => listOf(made.${element}, n, v, ${text(type)})`;
  return `((name, value) => orNullMade(${make}, name, value))`;
}

/** The type of a list's values; `null` where the type is no list. */
export function elementOf(type: FeatureType): string | null {
  return type.endsWith("[]") ? type.slice(0, -2) : null;
}

function text(value: string): string {
  return JSON.stringify(value);
}
