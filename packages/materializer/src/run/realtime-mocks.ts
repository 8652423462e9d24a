import type { RunRealtimePayload } from "@tesela/contract";
import {
  KEY_TYPES,
  TeselaError,
  valueTypeOf,
  type FeatureType,
  type KeyType,
  type Problem,
  type RealtimeField,
  type Sql,
} from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import type { TaskOptions } from "../engine/engine.ts";
import type { TypedColumn } from "../engine/protocol.ts";
import { valueSql } from "../retrieval/realtime/request-columns.ts";
import { openSpineTable } from "../spine/open-spine.ts";
import type { RunContext } from "./run-sources.ts";

/** A table that stands in for a source of a realtime view. */
export interface RealtimeMock {
  readonly parameter: string;
  readonly path: string;
  readonly rows: bigint;
  /** What the function is given of a row, and the SQL of each value. */
  readonly fields: readonly { readonly field: RealtimeField; readonly value: Sql }[];
}

/** Rows of one run: it is for trying a function out. */
const MOST_ROWS = 100_000n;

type Source = RunRealtimePayload["sources"][number];

/** Opens the tables. Throws `VALIDATION` with every column that is missing or of a wrong type, and on unequal lengths. */
export async function openRealtimeMocks(
  context: RunContext,
  { sources }: RunRealtimePayload,
  stack: AsyncDisposableStack,
  options: TaskOptions,
): Promise<readonly RealtimeMock[]> {
  const problems: Problem[] = [];
  const mocks: RealtimeMock[] = [];
  for (const source of sources) {
    const table = stack.use(await openSpineTable(context, source.path, hintsOf(source), options));
    const [file] = await inspectParquet(context.engine, [table.localPath], context.spineLimits, options);
    const fields = fieldsOf(source, file!.columns, problems);
    mocks.push({ parameter: source.parameter, path: table.localPath, rows: file!.rows, fields });
  }
  if (problems.length === 0) problems.push(...lengthProblems(mocks));
  const [first] = problems;
  if (first === undefined) return mocks;
  const fix = first.fix === undefined ? {} : { fix: first.fix };
  throw new TeselaError("VALIDATION", `${first.path}: ${first.message}.`, { problems, ...fix });
}

/** Text files carry no types: keys of the fields' types stay what they are. */
function hintsOf({ fields }: Source): {
  readonly keys: readonly { readonly name: string; readonly type: KeyType }[];
  readonly timestampKey: null;
} {
  const isKey = (type: FeatureType | null): type is KeyType => KEY_TYPES.some((one) => one === type);
  const keys = fields.flatMap(({ name, type }) => (isKey(type) ? [{ name, type }] : []));
  return { keys, timestampKey: null };
}

function fieldsOf(
  { parameter, fields }: Source,
  columns: readonly TypedColumn[],
  problems: Problem[],
): RealtimeMock["fields"] {
  return fields.flatMap(({ name, type: declared, isCount }) => {
    const path = `mockSources.${parameter}.${name}`;
    const column = columns.find((one) => one.name === name);
    if (column === undefined) {
      const has = columns.map((one) => one.name).join(", ");
      problems.push({ path, message: "the column is missing", fix: `The table has: ${has}.` });
      return [];
    }
    const type = declared ?? typeOf(column.type);
    const value = type === null ? null : valueSql({ name, duckdbType: column.type }, type);
    if (type === null || value === null) {
      const message = `the column is ${column.type}, expected ${declared ?? "a type of features"}`;
      problems.push({ path, message, fix: "Cast the column." });
      return [];
    }
    return [{ field: { name, type, isCount }, value }];
  });
}

function typeOf(duckdbType: string): FeatureType | null {
  if (!duckdbType.endsWith("[]")) return valueTypeOf(duckdbType);
  const element = valueTypeOf(duckdbType.slice(0, -2));
  return element === null ? null : `${element}[]`;
}

function lengthProblems(mocks: readonly RealtimeMock[]): Problem[] {
  const [first] = mocks;
  return mocks.flatMap(({ parameter, rows }): Problem[] => {
    const path = `mockSources.${parameter}`;
    if (rows > MOST_ROWS) return [{ path, message: `it has ${rows} rows, more than ${MOST_ROWS}` }];
    if (rows === first!.rows) return [];
    const message = `it has ${rows} rows, "${first!.parameter}" has ${first!.rows}`;
    return [{ path, message, fix: "Give every source a table of as many rows: they are taken one by one." }];
  });
}
