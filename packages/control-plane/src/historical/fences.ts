import { parseDuration, tryParseDuration, type DurationMicros, type Problem } from "@tesela/core";
import type { ChosenView, ReadBody } from "./chosen-views.ts";

/** The fences of one view, as duration texts; `null` where there is none (TIME T11). */
export interface Fences {
  readonly embargo: string | null;
  readonly maxLookback: string | null;
  readonly maxStaleness: string | null;
}

type FenceName = keyof Fences;

const ATTRIBUTE_FENCES = ["maxLookback", "maxStaleness"] as const;
const FENCES: readonly FenceName[] = ["embargo", ...ATTRIBUTE_FENCES];

/** The fences of a view: its own, or those that are given for all. */
export function fencesOf(body: ReadBody, view: string): Fences {
  return {
    embargo: fenceOf(body.embargo, view),
    maxLookback: fenceOf(body.maxLookback, view),
    maxStaleness: fenceOf(body.maxStaleness, view),
  };
}

function fenceOf(fence: ReadBody[FenceName], view: string): string | null {
  if (fence === undefined || typeof fence === "string") return fence ?? null;
  return Object.hasOwn(fence, view) ? fence[view]! : null;
}

/** TIME T11: what is wrong with the fences of a read. */
export function fenceProblems(body: ReadBody, views: readonly ChosenView[]): readonly Problem[] {
  const durations = FENCES.flatMap((fence) => durationProblems(body, fence));
  if (durations.length > 0) return durations;
  return [
    ...FENCES.flatMap((fence) => unknownViews(body, fence, views)),
    ...ATTRIBUTE_FENCES.flatMap((fence) => aggregateProblems(body, fence, views)),
    ...embargoProblems(body, views),
  ];
}

function durationProblems(body: ReadBody, fence: FenceName): Problem[] {
  const given = body[fence];
  const entries = typeof given === "string" ? [["", given] as const] : Object.entries(given ?? {});
  return entries.flatMap(([view, text]): Problem[] => {
    const value = tryParseDuration(text);
    const isEnough = value !== null && (fence === "embargo" ? value >= 0n : value > 0n);
    if (isEnough) return [];
    const message = value === null ? `"${text}" is not a duration` : `${text} is not positive`;
    const path = view === "" ? fence : `${fence}.${view}`;
    return [{ path, message, fix: 'Write a number and a unit: "10m", "2h", "7d".' }];
  });
}

function unknownViews(body: ReadBody, fence: FenceName, views: readonly ChosenView[]): Problem[] {
  const given = body[fence];
  if (given === undefined || typeof given === "string") return [];
  const known = [...new Set(views.map(({ readAs }) => readAs))];
  return Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: `${fence}.${name}`,
      message: `the read has no feature view "${name}"`,
      fix: `It has: ${known.join(", ")}.`,
    }));
}

function aggregateProblems(
  body: ReadBody,
  fence: (typeof ATTRIBUTE_FENCES)[number],
  views: readonly ChosenView[],
): Problem[] {
  const given = body[fence];
  if (given === undefined) return [];
  const aggregates = views.filter(({ applied }) => applied.compiled.shape.kind === "aggregates");
  const fenced = typeof given === "string" ? aggregates : aggregates.filter(({ readAs }) => readAs in given);
  const attributes = views.filter((view) => !aggregates.includes(view)).map(({ readAs }) => readAs);
  return fenced.map(({ readAs: name }) => ({
    path: typeof given === "string" ? fence : `${fence}.${name}`,
    message: `feature view "${name}" has aggregates, whose windows already say how far back they look`,
    fix: fixOf(fence, attributes),
  }));
}

function fixOf(fence: string, attributes: readonly string[]): string {
  if (attributes.length === 0) return `Leave ${fence} out.`;
  return `Give it for the other views by name: ${fence}: { ${attributes.map((name) => `${name}: "…"`).join(", ")} }.`;
}

function embargoProblems(body: ReadBody, views: readonly ChosenView[]): Problem[] {
  return views.flatMap(({ readAs: name }) => {
    const fences = fencesOf(body, name);
    const embargo = micros(fences.embargo ?? "0s");
    return ATTRIBUTE_FENCES.flatMap((fence): Problem[] => {
      const text = fences[fence];
      if (text === null || micros(text) > embargo) return [];
      const path = typeof body[fence] === "string" ? fence : `${fence}.${name}`;
      const message = `${text} does not exceed the embargo of ${fences.embargo}, so no row could be seen`;
      return [{ path, message, fix: `Give a ${fence} longer than the embargo.` }];
    });
  });
}

function micros(text: string): DurationMicros {
  return parseDuration(text);
}
