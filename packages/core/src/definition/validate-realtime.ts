import type {
  FieldDefinition,
  RealtimeFeatureViewDefinition,
  RealtimeSourceDefinition,
} from "./definition.ts";
import { known } from "./known.ts";
import type { Problems } from "./problems.ts";
import { validateMappedKeys, type KeysSoFar } from "./validate-mapped-keys.ts";
import type { Repository } from "./validate.ts";

/** How many UTF-8 bytes the text of a realtime view's function may have. */
export const MAX_FUNCTION_BYTES = 65_536;

type ViewSource = Extract<RealtimeSourceDefinition, { kind: "view" }>;

/** Notes every problem of a realtime feature view that can be seen without running its function. */
export function validateRealtimeView(
  problems: Problems,
  path: string,
  view: RealtimeFeatureViewDefinition,
  repository: Repository,
): void {
  validateSources(problems, path, view, repository);
  validateFields(problems, `${path}.features`, view.features);
  validateFunction(problems, `${path}.transform`, view.transform.function);
}

function validateSources(
  problems: Problems,
  path: string,
  { sources }: RealtimeFeatureViewDefinition,
  repository: Repository,
): void {
  if (sources.length === 0) problems.add(`${path}.sources`, "it has no source", "Give it a request source.");
  problems.unique(
    `${path}.sources`,
    sources.map(({ parameter }) => parameter),
  );
  const keys: KeysSoFar = new Map();
  const fields = new Map<string, FieldDefinition>();
  for (const source of sources) {
    const at = `${path}.sources.${source.parameter}`;
    problems.name(at, source.parameter);
    if (source.kind === "request") validateRequest(problems, at, source.schema, fields);
    else validateViewSource(problems, at, source, repository, keys);
  }
}

/** A field of two request sources is one value, so it must be of one type. */
function validateRequest(
  problems: Problems,
  path: string,
  schema: readonly FieldDefinition[],
  fields: Map<string, FieldDefinition>,
): void {
  validateFields(problems, path, schema);
  for (const field of schema) {
    const before = fields.get(field.name);
    fields.set(field.name, before ?? field);
    if (before === undefined || before.type === field.type) continue;
    problems.add(path, `"${field.name}" is ${field.type} here and ${before.type} in another request source`);
  }
}

function validateViewSource(
  problems: Problems,
  path: string,
  source: ViewSource,
  repository: Repository,
  keys: KeysSoFar,
): void {
  const view = repository.views.get(source.view);
  if (view === undefined) {
    const isRealtime = repository.realtimeViews.has(source.view);
    const message = isRealtime
      ? `"${source.view}" is a realtime feature view itself`
      : `there is no feature view "${source.view}"`;
    problems.add(
      path,
      message,
      isRealtime ? "Name a view that has data of its own." : known(repository.views),
    );
    return;
  }
  validatePicked(
    problems,
    path,
    source,
    view.features.map(({ name }) => name),
  );
  validateMappedKeys(problems, path, source, repository, keys);
}

function validatePicked(
  problems: Problems,
  path: string,
  { view, features }: ViewSource,
  declared: readonly string[],
): void {
  if (features === undefined) return;
  if (features.length === 0) problems.add(path, `it picks no feature of "${view}"`);
  problems.unique(path, features);
  for (const feature of features.filter((one) => !declared.includes(one))) {
    const fix = `It has: ${declared.toSorted().join(", ")}.`;
    problems.add(path, `feature view "${view}" has no feature "${feature}"`, fix);
  }
}

function validateFields(problems: Problems, path: string, fields: readonly FieldDefinition[]): void {
  if (fields.length === 0) problems.add(path, "it names no value");
  for (const { name } of fields) problems.name(path, name);
  problems.unique(
    path,
    fields.map(({ name }) => name),
  );
}

function validateFunction(problems: Problems, path: string, text: string): void {
  if (text.trim() === "") problems.add(path, "it is empty", "Give a function.");
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= MAX_FUNCTION_BYTES) return;
  problems.add(
    path,
    `its text has ${bytes} bytes, more than ${MAX_FUNCTION_BYTES}`,
    "Take tables out of it.",
  );
}
