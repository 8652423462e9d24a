import type { Value } from "@tesela/core";
import { answerAt } from "./answer.ts";
import { NO_OPTIONS, type RawOptions, type RawRow, type RawView } from "./raw-view.ts";

/** A spine row that `onMissing: "skip"` leaves out. */
export const DROPPED = "dropped";

/** What the law says of a whole read: a row for each spine row, or `missing` where `onMissing: "error"` fails it. */
export type Answered = readonly (RawRow | typeof DROPPED)[] | "missing";

/**
 * What the law of time (docs: TIME) says about a spine: for each row a filter and a fold over the raw events. It
 * knows no tiles, ranges or SQL, and shares no arithmetic with the product.
 */
export function oracle(
  view: RawView,
  events: readonly RawRow[],
  spine: readonly RawRow[],
  timestampKey: string,
  options: RawOptions = NO_OPTIONS,
): Answered {
  const answers = spine.map((row) =>
    answerAt(view, events, row, row[timestampKey] as bigint | null, options),
  );
  if (options.onMissing === "error" && answers.some(({ match }) => match === false)) return "missing";
  return answers.map(({ values, match }) =>
    options.onMissing === "skip" && match === false ? DROPPED : named(view, values),
  );
}

/** The values by feature. */
export function named({ features }: RawView, values: readonly Value[]): RawRow {
  return Object.fromEntries(features.map(({ name }, index) => [name, values[index]!]));
}
