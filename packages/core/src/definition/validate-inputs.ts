import type { FeatureTableDefinition, FeatureViewDefinition, SourceInput } from "./definition.ts";
import { known } from "./known.ts";
import type { Problems } from "./problems.ts";
import type { Repository } from "./validate.ts";

/** A view that is computed from sources. */
type ComputedView = Exclude<FeatureViewDefinition, FeatureTableDefinition>;

/** Notes every problem of the sources that a view reads, and of the SQL that reads them. */
export function validateInputs(
  problems: Problems,
  path: string,
  view: ComputedView,
  repository: Repository,
): void {
  validateCount(problems, `${path}.sources`, view);
  for (const input of view.sources) validateInput(problems, path, view, input, repository);
  problems.unique(
    `${path}.sources`,
    view.sources.map(({ parameter }) => parameter),
  );
  if (view.transform.sql.trim() === "") problems.add(`${path}.transform`, "the SQL is empty");
}

function validateCount(problems: Problems, path: string, { kind, sources }: ComputedView): void {
  if (sources.length === 0) problems.add(path, "it has no data source");
  if (kind === "batchFeatureView" || sources.length < 2) return;
  problems.add(
    path,
    `it has ${sources.length} data sources`,
    "A stream feature view reads exactly one stream.",
  );
}

function validateInput(
  problems: Problems,
  path: string,
  view: ComputedView,
  { parameter, source: name, sees }: SourceInput,
  repository: Repository,
): void {
  const at = `${path}.sources.${parameter}`;
  problems.name(at, parameter);
  const source = repository.sources.get(name);
  if (source === undefined) {
    problems.add(at, `there is no data source "${name}"`, known(repository.sources));
  } else if (view.kind === "batchFeatureView" && source.kind === "streamSource") {
    const fix = "Declare a streamFeatureView, or a batchSource over the files of its batch log.";
    problems.add(at, `"${name}" is a stream, which no batch feature view reads`, fix);
  } else if (view.kind === "streamFeatureView" && source.kind === "batchSource") {
    const fix = "Declare a batchFeatureView, or a streamSource.";
    problems.add(at, `"${name}" is a batch source, not a stream`, fix);
  }
  if (sees !== undefined) validateSees(problems, `${at}.sees`, view, sees);
}

/** TIME T16: a stream's rows are transformed one by one, so there is nothing else that they could see. */
function validateSees(
  problems: Problems,
  path: string,
  { kind }: ComputedView,
  sees: NonNullable<SourceInput["sees"]>,
): void {
  if (kind === "streamFeatureView") {
    problems.add(path, "a stream transformation is row-wise and sees no further rows", "Leave it out.");
  }
  if (sees !== "unfiltered") problems.positiveDuration(`${path}.lookback`, sees.lookback);
}
