import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { PARQUET_TYPE, retrievalTaskSchema } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { Task } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";

/** Streams the Parquet file that a retrieval has written. Throws its error, or `CONFLICT` while it runs. */
export async function sendResult(
  { offlineStore }: Services,
  call: Call<"getRetrievalResult">,
  task: Task,
): Promise<void> {
  if (task.error !== null) throw errorOfTask(task.error);
  if (task.state !== "SUCCESS") throw unfinished(task.id);
  const { resultPath } = retrievalTaskSchema.parse(task.payload);
  await using file = await offlineStore.open(resultPath);
  const { size } = await stat(file.localPath);
  call.response.status(200).type(PARQUET_TYPE).setHeader("Content-Length", size);
  if (call.request.method === "HEAD") return void call.response.end();
  await pipeline(createReadStream(file.localPath), call.response);
}

function unfinished(id: string): TeselaError {
  return new TeselaError("CONFLICT", `Historical read "${id}" is not finished.`, {
    fix: "Wait for SUCCESS.",
  });
}
