import {
  toTeselaError,
  type CompiledRealtimeView,
  type FeatureType,
  type Problem,
  type Value,
} from "@tesela/core";
import { elementOf } from "./program.ts";
import type { RealtimeEngine } from "./realtime-engine.ts";
import type { RealtimeRow } from "./row-codec.ts";

/** Values to try a function with; what a branch does that none of these takes shows when a row takes it. */
const TRIES: readonly ((type: FeatureType) => Value)[] = [
  () => null,
  (type) => (elementOf(type) === null ? ZERO[type]! : []),
  (type) => {
    const element = elementOf(type);
    return element === null ? ONE[type]! : [ONE[element] as bigint];
  },
];

const ZERO: Readonly<Record<string, Value>> = {
  int64: 0n,
  float64: 0,
  string: "",
  bool: false,
  timestamp: 0n,
  bytes: new Uint8Array(),
};

const ONE: Readonly<Record<string, Value>> = {
  int64: 1n,
  float64: 1,
  string: "a",
  bool: true,
  timestamp: 1_704_067_200_000_000n,
  bytes: new Uint8Array([1]),
};

const OUTER_NAME = /^ReferenceError: '?([^' ]+)'? is not defined$/;

/** What is wrong with a realtime view's function, found by running it on nulls, zeros and ones. */
export async function realtimeProblems(
  engine: RealtimeEngine,
  view: CompiledRealtimeView,
): Promise<readonly Problem[]> {
  try {
    const answers = await engine.map(
      view,
      TRIES.map((valueOf) => dummyRow(view, valueOf)),
    );
    const names = answers.flatMap(({ error }) => OUTER_NAME.exec(error ?? "")?.[1] ?? []);
    return [...new Set(names)].map(outerName);
  } catch (thrown) {
    const { message } = toTeselaError(thrown);
    const fix = "Give one function: ({ request }) => ({ … }), without async.";
    return [{ path: "transform", message, fix }];
  }
}

function dummyRow({ sources }: CompiledRealtimeView, valueOf: (type: FeatureType) => Value): RealtimeRow {
  return sources.map(({ fields }) => fields.map(({ type }) => valueOf(type)));
}

function outerName(name: string): Problem {
  const message = `the function uses "${name}", which stands outside of it: only the function itself is sent`;
  return { path: "transform", message, fix: `Move "${name}" inside the function.` };
}
