import { parseInstant, TeselaError, type Problem } from "@tesela/core";
import { readProblems, type ChosenRead } from "./chosen-read.ts";
import { keyColumn, type ChosenView, type ReadBody } from "./chosen-views.ts";
import { fenceProblems } from "./fences.ts";

/** Columns that a range read adds (TIME T15). */
const RANGE_COLUMNS: readonly string[] = ["_valid_from", "_valid_to"];
const SPINE_ONLY = ["timestampKey", "onMissing"] as const;
const RANGE_ONLY = ["startTime", "endTime", "entitiesId"] as const;

/** Throws `VALIDATION` unless exactly one of the two says what to read; the views are not looked at. */
export function requireViewsOrService({ featureViews, featureService }: ReadBody): void {
  if ((featureViews === undefined) !== (featureService === undefined)) return;
  const found = featureViews === undefined ? "neither is given" : "both are given";
  throw refused([
    { path: "featureViews", message: found, fix: "Give either featureViews or featureService." },
  ]);
}

/** Throws `VALIDATION` with every reason why a read cannot be done. */
export function checkRead(body: ReadBody, read: ChosenRead): void {
  const { views } = read;
  const problems = [
    ...(body.spineId === undefined ? rangeProblems(body, read) : spineProblems(body)),
    ...readProblems(read),
    ...fenceProblems(body, views),
    ...storeProblems(body, views),
    ...knownAtProblems(body, views),
  ];
  if (problems.length > 0) throw refused(problems);
}

function refused(problems: readonly Problem[]): TeselaError {
  const { path, message, fix } = problems[0]!;
  return new TeselaError("VALIDATION", `${path}: ${message}.`, {
    ...(fix === undefined ? {} : { fix }),
    problems,
  });
}

function spineProblems(body: ReadBody): Problem[] {
  return RANGE_ONLY.filter((path) => body[path] !== undefined).map((path) => ({
    path,
    message: "does not go together with a spine, which says by itself which keys and instants are asked for",
    fix: "Leave it out, or leave the spine out.",
  }));
}

/** TIME T15. */
function rangeProblems(body: ReadBody, { views, realtime }: ChosenRead): Problem[] {
  const needing = SPINE_ONLY.filter((path) => body[path] !== undefined);
  return [
    ...needing.map((path) => ({ path, message: "needs a spine", fix: "Leave it out, or give a spine." })),
    ...reversed(body),
    ...realtime.map(realtimeProblem),
    ...(realtime.length > 0 ? [] : severalViews(views)),
    ...views.flatMap(rangeColumnProblems),
  ];
}

function reversed({ startTime, endTime }: ReadBody): Problem[] {
  if (startTime === undefined || endTime === undefined || parseInstant(startTime) < parseInstant(endTime))
    return [];
  return [
    {
      path: "endTime",
      message: `the range [${startTime}, ${endTime}) is empty`,
      fix: "Give an endTime after startTime.",
    },
  ];
}

/** A realtime view has an answer at each instant at which it is asked, with what it is asked with. */
function realtimeProblem({ path, read: { name } }: ChosenRead["realtime"][number]): Problem {
  const message = `"${name}" is a realtime feature view, whose request data come with each row`;
  return { path, message, fix: "Give a spine with the columns of its request sources." };
}

function severalViews(views: readonly ChosenView[]): Problem[] {
  if (views.length === 1) return [];
  const message = `${views.length} feature views are named, and each has intervals of its own`;
  return [{ path: "featureViews", message, fix: "Read one view at a time, or give a spine." }];
}

function rangeColumnProblems(view: ChosenView): Problem[] {
  const columns = view.applied.compiled.joinKeys.map(({ name }) => keyColumn(view, name));
  return columns
    .filter((column) => RANGE_COLUMNS.includes(column.toLowerCase()))
    .map((column) => ({
      path: `${view.path}.joinKeyMap`,
      message: `the join key "${column}" would collide with a column of every range read`,
      fix: "Map the join key to another name.",
    }));
}

function storeProblems({ fromSource, asOf }: ReadBody, views: readonly ChosenView[]): Problem[] {
  if (asOf !== undefined && fromSource === true) {
    const message = "reads the offline store as it was, fromSource: true does not read it";
    return [{ path: "asOf", message, fix: "Leave one of the two out." }];
  }
  if (asOf === undefined && fromSource !== false) return [];
  return views
    .filter(({ applied }) => !applied.definition.offline)
    .map(({ path, applied }) => ({
      path,
      message: `feature view "${applied.definition.name}" has no offline store to read`,
      fix: `Leave ${asOf === undefined ? "fromSource" : "asOf"} out, or declare the view with offline: true and apply.`,
    }));
}

/** TIME T14: aggregates do not keep which rows were known when, so they are computed from the source. */
function knownAtProblems(body: ReadBody, views: readonly ChosenView[]): Problem[] {
  if (body.knownAt === undefined) return [];
  return views.flatMap(({ path, applied: { definition, compiled } }): Problem[] => {
    if (definition.createdTimestampField === undefined) {
      const message = `feature view "${definition.name}" has no createdTimestampField, which knownAt needs`;
      return [{ path, message, fix: "Declare one and apply, or leave knownAt out." }];
    }
    if (compiled.shape.kind !== "aggregates" || body.asOf === undefined) return [];
    const message = `feature view "${definition.name}" has aggregates, which knownAt reads from the source`;
    return [{ path, message, fix: "Leave asOf out, or leave knownAt out." }];
  });
}
