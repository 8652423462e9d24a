import type { FileBatchConfig, ValueType } from "@tesela/core";
import { deepFreeze } from "./declaration.ts";
import { normalDuration } from "./normal.ts";

/** Where the event time stands, and how long after it rows may arrive (`"0s"` unless told). */
export interface FileOptions {
  readonly timestampField: string;
  readonly dataDelay?: string | undefined;
}

/** The columns of text files by name; text has no bytes. */
export type TextColumns = Readonly<Record<string, Exclude<ValueType, "bytes">>>;

/** As `FileOptions`, with the columns to be read: text carries no types, and nothing is guessed. */
export interface TextFileOptions<Columns extends TextColumns> extends FileOptions {
  readonly columns: Columns;
  readonly timestampField: TimestampColumn<Columns>;
}

type TimestampColumn<Columns extends TextColumns> = {
  readonly [Name in keyof Columns & string]: Columns[Name] extends "timestamp" ? Name : never;
}[keyof Columns & string];

/** Parquet files: a path or glob under one of the workers' source roots. */
export function parquetFiles(path: string, options: FileOptions): FileBatchConfig {
  return fileConfig("parquet", path, options);
}

/**
 * CSV files (RFC 4180) with the names of the columns in the first line, in any order; columns that are not declared
 * are ignored. `csvFiles("orders-*.csv", { columns: { id: "int64", at: "timestamp" }, timestampField: "at" })`.
 */
export function csvFiles<const Columns extends TextColumns>(
  path: string,
  options: TextFileOptions<Columns>,
): FileBatchConfig {
  return { ...fileConfig("csv", path, options), columns: columnsOf(options.columns) };
}

/** Files of one JSON object a line; keys that are not declared are ignored. */
export function jsonFiles<const Columns extends TextColumns>(
  path: string,
  options: TextFileOptions<Columns>,
): FileBatchConfig {
  return { ...fileConfig("ndjson", path, options), columns: columnsOf(options.columns) };
}

function fileConfig(format: FileBatchConfig["format"], path: string, options: FileOptions): FileBatchConfig {
  const { timestampField, dataDelay = "0s" } = options;
  return { format, path, timestampField, dataDelay: normalDuration(dataDelay) };
}

function columnsOf(columns: TextColumns): NonNullable<FileBatchConfig["columns"]> {
  return deepFreeze(Object.entries(columns).map(([name, type]) => ({ name, type })));
}
