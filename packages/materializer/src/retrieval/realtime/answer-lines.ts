import type { RealtimeRead } from "@tesela/contract";
import { id, sql, text, trusted, type FeatureType, type Sql, type Value, type ValueType } from "@tesela/core";
import type { RealtimeAnswer } from "@tesela/online-store";

/** The number of a row in the file of answers. */
export const ANSWER_ROW = "r";

/** The bytes that one line of answers may have. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/** A row's answers of each realtime view as a line of JSON: texts that `answerSql` casts back, so nothing is lost. */
export function answerLine(
  row: number,
  reads: readonly RealtimeRead[],
  answers: readonly RealtimeAnswer[],
): string {
  const entries = reads.flatMap(({ view }, at) =>
    view.features.map(({ type }, feature) => [
      answerColumn(at, feature),
      encode(answers[at]!.values[feature]!, type),
    ]),
  );
  return `${JSON.stringify({ [ANSWER_ROW]: row, ...(Object.fromEntries(entries) as object) })}\n`;
}

/** The relation of a file of answers. */
export function answersSql(path: string, reads: readonly RealtimeRead[]): Sql {
  const columns = reads.flatMap(({ view }, at) =>
    view.features.map(({ type }, feature) => {
      const textType = type.endsWith("[]") ? "VARCHAR[]" : "VARCHAR";
      return `${text(answerColumn(at, feature)).text}: '${textType}'`;
    }),
  );
  return sql`read_json(
  ${text(path)},
  columns = {${trusted([`${text(ANSWER_ROW).text}: 'BIGINT'`, ...columns].join(", "))}},
  format = 'newline_delimited',
  auto_detect = false,
  compression = 'uncompressed',
  maximum_object_size = ${BigInt(MAX_LINE_BYTES)}
)`;
}

/** SQL of the value of a feature of the realtime view at an index. */
export function answerSql(relation: string, at: number, feature: number, type: FeatureType): Sql {
  const value = id(relation, answerColumn(at, feature));
  if (!type.endsWith("[]")) return decodeSql(value, type as ValueType);
  const element = trusted("element");
  return sql`list_transform(${value}, lambda ${element}: ${decodeSql(element, type.slice(0, -2) as ValueType)})`;
}

function answerColumn(at: number, feature: number): string {
  return `v${at}_${feature}`;
}

function encode(value: Value, type: FeatureType): string | readonly string[] | null {
  if (value === null) return null;
  if (!type.endsWith("[]")) return encodeOne(value);
  return (value as readonly NonNullable<Value>[]).map(encodeOne);
}

function encodeOne(value: NonNullable<Value>): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : String(value);
}

function decodeSql(value: Sql, type: ValueType): Sql {
  switch (type) {
    case "int64":
      return sql`cast(${value} as bigint)`;
    case "float64":
      return sql`cast(${value} as double)`;
    case "bool":
      return sql`cast(${value} as boolean)`;
    case "timestamp":
      return sql`make_timestamp(cast(${value} as bigint))`;
    case "bytes":
      return sql`unhex(${value})`;
    case "string":
      return value;
  }
}
