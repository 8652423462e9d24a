import type { CaseJson } from "../case/schema.ts";
import { withAnswers } from "./answered.ts";

/**
 * Every case that has less: half of the events, one event, spine row, feature, option or optional field of the view
 * fewer; the oracle answers anew. A case that is none without what it lost is left out.
 */
export function withoutOne(json: CaseJson): CaseJson[] {
  const { events, spine = [], options, view } = json;
  const half = Math.floor(events.length / 2);
  const halves = events.length > 1 ? [events.slice(0, half), events.slice(half)] : [];
  const smaller: CaseJson[] = [
    ...[...halves, ...eachWithout(events)].map((fewer) => ({ ...json, events: fewer })),
    ...(spine.length > 1 ? eachWithout(spine) : []).map((fewer) => ({ ...json, spine: fewer })),
    ...(view.features.length > 1 ? eachWithout(view.features) : []).map((features) => ({
      ...json,
      view: { ...view, features },
    })),
    ...Object.keys(options).map((name) => ({ ...json, options: without(options, name) })),
    ...OPTIONAL.filter((name) => name in view).map((name) => ({ ...json, view: without(view, name) })),
  ];
  return smaller.map((one) => withAnswers(one).json);
}

const OPTIONAL = ["ttl", "dataDelay", "createdTimestampField", "eventIdField"] as const;

function eachWithout<T>(items: readonly T[]): T[][] {
  return items.map((_, at) => items.toSpliced(at, 1));
}

function without<T extends object>(fields: T, name: string): T {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name)) as T;
}
