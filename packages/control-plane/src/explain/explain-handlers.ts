import { explanationSchema, problemOf, retrievalTaskSchema, type Explaining } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { Task } from "@tesela/registry";
import { ownTask, STATE_OF } from "../historical/read-retrieval.ts";
import { waitForRetrievalTask } from "../historical/retrieval-task.ts";
import type { Call, Handlers } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";
import { startExplain } from "./start-explain.ts";

/** Answers explanations of historical reads. */
export function explainHandlers(services: Services): Pick<Handlers, "explain" | "getExplanation"> {
  return {
    explain: async (call) => ({
      explaining: explainingOf(await startExplain(services, call), call.requestId),
    }),
    getExplanation: async (call) => ({
      explaining: explainingOf(await waitForExplanation(services, call), call.requestId),
    }),
  };
}

async function waitForExplanation(services: Services, call: Call<"getExplanation">): Promise<Task> {
  const task = await ownTask(services.registry, call.parameters, call.key);
  if (retrievalTaskSchema.parse(task.payload).kind !== "explain") throw unknown(task.id);
  return waitForRetrievalTask(services, task, call);
}

function explainingOf(task: Task, requestId: string): Explaining {
  return {
    id: task.id,
    state: STATE_OF[task.state],
    result: task.state === "SUCCESS" ? explanationSchema.parse(task.result) : null,
    error: task.error === null ? null : problemOf(errorOfTask(task.error), requestId),
  };
}

function unknown(id: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no explanation "${id}" in the workspace.`);
}
