import { answerAt, type Answer } from "./answer.ts";
import { changes } from "./changes.ts";
import { named } from "./oracle.ts";
import { isEqual, order } from "./order.ts";
import type { RawOptions, RawRow, RawView } from "./raw-view.ts";

/** The columns of a range read that say for which instants a row stands (TIME T15). */
export const VALID_FROM = "_valid_from";
export const VALID_TO = "_valid_to";

/**
 * What the law says about a range read (TIME T15): the spine answer of every key at every instant where it could
 * change, equal neighbours merged; in the order of keys and time.
 */
export function rangeOracle(
  view: RawView,
  events: readonly RawRow[],
  range: { readonly start: bigint; readonly end: bigint },
  options: RawOptions,
): RawRow[] {
  return keysOf(view, events).flatMap((key) => {
    const own = events.filter((event) => view.joinKeys.every((name) => event[name] === key[name]));
    const instants = [range.start, ...changes(view, own, options)].filter(
      (t) => t >= range.start && t < range.end,
    );
    const sorted = [...new Set(instants)].toSorted((a, b) => order(a, b));
    const pieces = sorted.map((at) => ({ at, answer: answerAt(view, own, key, at, options) }));
    const changed = pieces.filter(
      ({ answer }, index) => index === 0 || !isSame(pieces[index - 1]!.answer, answer),
    );
    return changed.flatMap(({ at, answer }, index) => {
      const until = changed[index + 1]?.at ?? range.end;
      const interval = { ...key, ...named(view, answer.values), [VALID_FROM]: at, [VALID_TO]: until };
      return answer.match === false ? [] : [interval];
    });
  });
}

function keysOf({ joinKeys }: RawView, events: readonly RawRow[]): RawRow[] {
  const keys = events.map((event) => Object.fromEntries(joinKeys.map((name) => [name, event[name]!])));
  const whole = keys.filter((key) => joinKeys.every((name) => key[name] !== null));
  const compare = (a: RawRow, b: RawRow): number =>
    joinKeys.map((name) => order(a[name]!, b[name]!)).find((found) => found !== 0) ?? 0;
  return whole
    .toSorted(compare)
    .filter((key, index, all) => index === 0 || compare(all[index - 1]!, key) !== 0);
}

/** A new row is a new answer even if its values are equal; equal aggregates are one. */
function isSame(a: Answer, b: Answer): boolean {
  if (a.match !== b.match) return false;
  return typeof a.match !== "boolean" || a.values.every((value, index) => isEqual(value, b.values[index]!));
}
