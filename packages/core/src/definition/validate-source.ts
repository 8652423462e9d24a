import type { FileBatchConfig, SourceDefinition } from "./definition.ts";
import type { Problems } from "./problems.ts";

/** Notes every problem of a source that can be seen without looking at its files. */
export function validateSource(problems: Problems, path: string, { batch }: SourceDefinition): void {
  validatePath(problems, `${path}.batch.path`, batch.path);
  validateColumns(problems, `${path}.batch.columns`, batch);
  validateTimestamp(problems, `${path}.batch.timestampField`, batch);
  const delay = problems.duration(`${path}.batch.dataDelay`, batch.dataDelay);
  if (delay !== null && delay < 0n) {
    problems.add(`${path}.batch.dataDelay`, `"${batch.dataDelay}" is negative`, 'Write "0s" for none.');
  }
}

function validatePath(problems: Problems, path: string, files: string): void {
  if (files.trim() === "" || files.includes("\0")) problems.add(path, "it names no file");
  if (!files.includes("://")) return;
  problems.add(path, `"${files}" is a URL`, "Name files under a source root of the workers.");
}

/** Parquet files say what they hold; text does not, and nothing is guessed. */
function validateColumns(problems: Problems, path: string, { format, columns }: FileBatchConfig): void {
  if (format === "parquet") {
    if (columns !== undefined) problems.add(path, "Parquet files carry their own columns", "Leave them out.");
    return;
  }
  if (columns === undefined || columns.length === 0) {
    problems.add(path, `${format} files carry no types`, 'Declare the columns, such as { id: "int64" }.');
    return;
  }
  for (const { name, type } of columns) {
    if (name === "" || name.includes("\0")) problems.add(path, `${JSON.stringify(name)} is not a column`);
    if (type !== "bytes") continue;
    problems.add(path, `"${name}" is bytes, which ${format} cannot hold`, "Declare it string and decode it.");
  }
  problems.unique(
    path,
    columns.map(({ name }) => name),
  );
}

function validateTimestamp(problems: Problems, path: string, batch: FileBatchConfig): void {
  const { timestampField, columns } = batch;
  if (timestampField === "") problems.add(path, "it is empty", "Name the column of the event time.");
  if (batch.format === "parquet" || columns === undefined || columns.length === 0) return;
  const column = columns.find(({ name }) => name === timestampField);
  if (column?.type === "timestamp") return;
  const found = column === undefined ? "is not declared" : `is declared ${column.type}`;
  problems.add(path, `the column "${timestampField}" ${found}`, "Declare it a timestamp among the columns.");
}
