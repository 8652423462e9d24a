import type { FeatureViewDefinition, Repository } from "@tesela/core";
import { changedFields } from "./changed-fields.ts";

/** Fields of a source's files that change which rows are read; the data delay only changes when. */
const ROW_FIELDS = ["format", "path", "columns", "timestampField"];

/** Why a view must be recreated though it is the same itself: what it stands on gives other values now. */
export function dependencyReasons(
  view: FeatureViewDefinition,
  current: Repository,
  wanted: Repository,
): string[] {
  return [...entityReasons(view, current, wanted), ...sourceReasons(view, current, wanted)];
}

function entityReasons(view: FeatureViewDefinition, current: Repository, wanted: Repository): string[] {
  return view.entities.flatMap((name) => {
    const [before, after] = [current.entities.get(name), wanted.entities.get(name)];
    if (before === undefined || after === undefined) return [];
    return changedFields(before, after, ["joinKeys"]).map(({ reason }) => `entity "${name}": ${reason}`);
  });
}

function sourceReasons(view: FeatureViewDefinition, current: Repository, wanted: Repository): string[] {
  if (view.kind === "featureTable") return [];
  const names = new Set(view.sources.map(({ source }) => source));
  return [...names].flatMap((name) => {
    const [before, after] = [current.sources.get(name)?.batch, wanted.sources.get(name)?.batch];
    if (before === undefined || after === undefined) return [];
    return changedFields(before, after, ROW_FIELDS).map(({ reason }) => `data source "${name}": ${reason}`);
  });
}
