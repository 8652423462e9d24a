import { duration, formatDuration, type DurationMicros } from "../time/duration.ts";
import type { FeatureTableDefinition, FeatureViewDefinition } from "./definition.ts";
import { joinKeysOf } from "./join-keys-of.ts";
import { known } from "./known.ts";
import type { Problems } from "./problems.ts";
import { validateFeatures, type Grids } from "./validate-features.ts";
import { validateInputs } from "./validate-inputs.ts";
import { validateOnlineCache } from "./validate-online-cache.ts";
import { validateServingIndex } from "./validate-serving-index.ts";
import type { Repository } from "./validate.ts";

/** A view that is computed from sources. */
type ComputedView = Exclude<FeatureViewDefinition, FeatureTableDefinition>;

/** A grain of 1 µs is another rule of TIME T3, so what a grain is declared with stays well above it. */
const LEAST_GRID = duration(1_000n);

/** Notes every problem of a view that can be seen without running its transformation. */
export function validateView(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  repository: Repository,
): void {
  validateEntities(problems, path, view, repository);
  if (view.kind !== "featureTable") validateInputs(problems, path, view, repository);
  validateFields(problems, path, view);
  validateStores(problems, path, view);
  validateServingIndex(problems, path, view, repository);
  validateOnlineCache(problems, path, view);
  const grids = view.kind === "featureTable" ? NO_GRIDS : validateGrids(problems, path, view);
  problems.instant(`${path}.featureStartTime`, view.featureStartTime);
  const keys = joinKeysOf(view, repository).map(({ name }) => name);
  validateFeatures(problems, path, view, keys, grids);
  if (view.kind === "featureTable") validateTableColumns(problems, path, view, keys);
}

const NO_GRIDS: Grids = { schedule: null, interval: null };

function validateEntities(
  problems: Problems,
  path: string,
  view: FeatureViewDefinition,
  repository: Repository,
): void {
  if (view.entities.length === 0) problems.add(`${path}.entities`, "it has no entity");
  for (const name of view.entities) {
    if (repository.entities.has(name)) continue;
    problems.add(`${path}.entities`, `there is no entity "${name}"`, known(repository.entities));
  }
  problems.unique(
    `${path}.entities`,
    joinKeysOf(view, repository).map(({ name }) => name),
  );
}

function validateFields(problems: Problems, path: string, view: FeatureViewDefinition): void {
  const { timestampField, createdTimestampField } = view;
  const eventIdField = view.kind === "featureTable" ? undefined : view.eventIdField;
  for (const [field, name] of Object.entries({ timestampField, createdTimestampField, eventIdField })) {
    if (name !== undefined) problems.name(`${path}.${field}`, name);
  }
}

function validateStores(problems: Problems, path: string, view: FeatureViewDefinition): void {
  if (view.kind === "featureTable" && !view.online && !view.offline) {
    problems.add(path, "it has no store that could hold its rows", "Set online, offline or both to true.");
  }
}

/** The rows of a feature table come as they are, so each of its columns has one meaning. */
function validateTableColumns(
  problems: Problems,
  path: string,
  { timestampField, createdTimestampField, features }: FeatureTableDefinition,
  keys: readonly string[],
): void {
  const fields = [timestampField, ...(createdTimestampField === undefined ? [] : [createdTimestampField])];
  const names = new Set([...keys, ...features.map(({ name }) => name)].map((name) => name.toLowerCase()));
  problems.unique(path, fields);
  for (const name of fields.filter((field) => names.has(field.toLowerCase()))) {
    problems.add(path, `"${name}" is a time field, so it can be no join key or feature too`, "Rename it.");
  }
}

/** `S` and `I`; `I` is `S` where a batch view does not give it (TIME T4), a stream view's is none then. */
function validateGrids(problems: Problems, path: string, view: ComputedView): Grids {
  const schedule = validateGrid(problems, `${path}.batchSchedule`, view.batchSchedule);
  validateBackfill(problems, `${path}.maxBackfillInterval`, view, schedule);
  if (view.aggregationInterval === undefined) {
    return { schedule, interval: view.kind === "batchFeatureView" ? schedule : null };
  }
  const at = `${path}.aggregationInterval`;
  const interval = validateGrid(problems, at, view.aggregationInterval);
  if (interval !== null && schedule !== null && schedule % interval !== 0n) {
    problems.add(at, `the batch schedule ${view.batchSchedule} is no multiple of it`, "TIME T4");
  }
  return { schedule, interval };
}

/** Jobs lie on the grid of the schedule (TIME T13), so what one of them computes is a multiple of it. */
function validateBackfill(
  problems: Problems,
  path: string,
  { maxBackfillInterval, batchSchedule }: ComputedView,
  schedule: DurationMicros | null,
): void {
  if (maxBackfillInterval === undefined) return;
  const interval = problems.positiveDuration(path, maxBackfillInterval);
  if (interval === null || schedule === null || interval % schedule === 0n) return;
  problems.add(path, `"${maxBackfillInterval}" is no multiple of the batch schedule ${batchSchedule}`);
}

function validateGrid(problems: Problems, path: string, text: string): DurationMicros | null {
  const grid = problems.positiveDuration(path, text);
  if (grid === null || grid >= LEAST_GRID) return grid;
  problems.add(path, `"${text}" is below the least there is, ${formatDuration(LEAST_GRID)}`);
  return null;
}
