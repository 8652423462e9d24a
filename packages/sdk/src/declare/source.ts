import type { BatchSourceDefinition, FileBatchConfig } from "@tesela/core";
import { declare, deepFreeze, metadataOf, type Declaration, type MetadataOptions } from "./declaration.ts";
import { normalDuration } from "./normal.ts";

/** A declared table of past events. */
export type BatchSource = Declaration<BatchSourceDefinition>;

/** What a batch source is declared with. */
export interface BatchSourceOptions extends MetadataOptions {
  readonly name: string;
  readonly batch: FileBatchConfig;
}

/** Declares a table of past events over files: `batchSource({ name: "flights", batch: parquetFiles(…) })`. */
export function batchSource(options: BatchSourceOptions): BatchSource {
  const definition: BatchSourceDefinition = {
    kind: "batchSource",
    name: options.name,
    batch: { ...options.batch },
    ...metadataOf(options),
  };
  return declare({ kind: "batchSource", name: options.name, definition: deepFreeze(definition) });
}

/** Where the event time stands, and how long after it rows may arrive (`"0s"` unless told). */
export interface FileOptions {
  readonly timestampField: string;
  readonly dataDelay?: string | undefined;
}

/** Parquet files: a path or glob under one of the workers' source roots. */
export function parquetFiles(path: string, options: FileOptions): FileBatchConfig {
  const dataDelay = normalDuration(options.dataDelay ?? "0s");
  return Object.freeze({ format: "parquet", path, timestampField: options.timestampField, dataDelay });
}
