import type { CheckPayload, CheckResult } from "@tesela/contract";
import { pathOf, toTeselaError, valueTypeOf, type Problem, type ResolvedView } from "@tesela/core";
import type { TaskOptions } from "../engine/engine.ts";
import type { Relation } from "../engine/protocol.ts";
import { openSource, type SourceAccess } from "../source/source-reader.ts";

type ViewToCheck = CheckPayload["views"][number];
type CheckedView = CheckResult["views"][number];

/** Views that are checked side by side. */
const AT_ONCE = 2;

/** Checks the transformations of views against their sources as they are now; problems are data, not errors. */
export async function runCheck(
  access: SourceAccess,
  payload: CheckPayload,
  options: TaskOptions,
): Promise<CheckResult> {
  const results: CheckedView[] = [];
  const queue = payload.views.entries();
  const work = async (): Promise<void> => {
    for (const [index, view] of queue) results[index] = await checkView(access, view, options);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { views: results };
}

async function checkView(
  access: SourceAccess,
  view: ViewToCheck,
  options: TaskOptions,
): Promise<CheckedView> {
  const path = pathOf({ kind: "batchFeatureView", name: view.name });
  const problems: Problem[] = [];
  const relations = await openRelations(access, view, problems, options);
  if (problems.length > 0) return { name: view.name, problems, resolved: null };
  const found = await access.engine.check({ sql: view.sql, relations, rowWise: view.isRowWise }, options);
  if (found.verdict === "accepted") return { name: view.name, problems, resolved: resolve(found) };
  const refused = found.problems.map((message) => ({ path: `${path}.transform`, message }));
  return { name: view.name, problems: refused, resolved: null };
}

async function openRelations(
  access: SourceAccess,
  view: ViewToCheck,
  problems: Problem[],
  options: TaskOptions,
): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const { parameter, source } of view.sources) {
    const path = pathOf(source);
    try {
      const { columns } = await openSource(access, source, options);
      relations.push({ name: parameter, columns });
      checkTimestamp(path, source.batch.timestampField, columns, problems);
    } catch (thrown) {
      problems.push(problemOfSource(path, thrown));
    }
  }
  return relations;
}

/** What is wrong with a source is told to whoever applies it; what is wrong with the platform is thrown. */
function problemOfSource(path: string, thrown: unknown): Problem {
  const error = toTeselaError(thrown);
  if (!SOURCE_CODES.has(error.code)) throw error;
  return { path, message: error.message, ...(error.fix === null ? {} : { fix: error.fix }) };
}

const SOURCE_CODES: ReadonlySet<string> = new Set([
  "SOURCE_MISSING",
  "SOURCE_INVALID",
  "LIMIT_EXCEEDED",
  "SQL_NOT_ALLOWED",
]);

function checkTimestamp(path: string, name: string, columns: Relation["columns"], problems: Problem[]): void {
  const column = columns.find((candidate) => candidate.name === name);
  if (column !== undefined && valueTypeOf(column.type) === "timestamp") return;
  const names = columns.map((candidate) => candidate.name).join(", ");
  problems.push({
    path: `${path}.batch.timestampField`,
    message: column === undefined ? `there is no column "${name}"` : `column "${name}" is ${column.type}`,
    fix: `Name a column with a timestamp type; the files have: ${names}.`,
  });
}

function resolve(
  found: Extract<Awaited<ReturnType<SourceAccess["engine"]["check"]>>, { verdict: "accepted" }>,
): ResolvedView {
  return {
    columns: found.columns.map(({ name, type }) => ({ name, duckdbType: type, type: valueTypeOf(type) })),
    normalizedSql: found.normalizedSql,
    parsedForm: found.parsedForm,
  };
}
