import type { BatchSourceDefinition, FileBatchConfig, StreamSourceDefinition } from "@tesela/core";
import { declare, deepFreeze, metadataOf, type Declaration, type MetadataOptions } from "./declaration.ts";

/** A declared table of past events. */
export type BatchSource = Declaration<BatchSourceDefinition>;

/** A declared stream of events. */
export type StreamSource = Declaration<StreamSourceDefinition>;

/** Any declared source. */
export type Source = BatchSource | StreamSource;

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

/** How events come in. */
export type StreamConfig = StreamSourceDefinition["stream"];

/** Events that are sent to the platform one by one or in small batches. */
export function push(): StreamConfig {
  return Object.freeze({ kind: "push" });
}

/** What a stream source is declared with. */
export interface StreamSourceOptions extends MetadataOptions {
  readonly name: string;
  readonly stream: StreamConfig;
  /** The same events as files, for backfill and history. */
  readonly batch: FileBatchConfig;
}

/** Declares a stream of events: `streamSource({ name: "clicks", stream: push(), batch: parquetFiles(…) })`. */
export function streamSource(options: StreamSourceOptions): StreamSource {
  const definition: StreamSourceDefinition = {
    kind: "streamSource",
    name: options.name,
    stream: { ...options.stream },
    batch: { ...options.batch },
    ...metadataOf(options),
  };
  return declare({ kind: "streamSource", name: options.name, definition: deepFreeze(definition) });
}
