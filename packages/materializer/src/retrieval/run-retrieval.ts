import type { RetrievalPayload, RetrievalResult } from "@tesela/contract";
import type { TaskOptions } from "../engine/engine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { readRange } from "./read-range.ts";
import { readSpine } from "./read-spine.ts";

/** How a read is watched and stopped. */
export type ReadOptions = TaskOptions & { readonly signal: AbortSignal };

/** Reads history: Parquet in, Parquet out. */
export async function runRetrieval(
  context: WorkerContext,
  payload: RetrievalPayload,
  options: ReadOptions,
): Promise<RetrievalResult> {
  return payload.kind === "spine"
    ? readSpine(context, payload, options)
    : readRange(context, payload, options);
}
