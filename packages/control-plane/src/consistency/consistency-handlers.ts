import {
  consistencySchema,
  problemOf,
  retrievalTaskSchema,
  type ConsistencyChecking,
} from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { Task } from "@tesela/registry";
import { ownTask, STATE_OF } from "../historical/read-retrieval.ts";
import { waitForRetrievalTask } from "../historical/retrieval-task.ts";
import type { Call, Handlers } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";
import { startCheck } from "./start-check.ts";

/** Answers comparisons of the online store with history (TIME T12). */
export function consistencyHandlers(
  services: Services,
): Pick<Handlers, "checkConsistency" | "getConsistencyCheck"> {
  return {
    checkConsistency: async (call) => ({
      checking: checkingOf(await startCheck(services, call), call.requestId),
    }),
    getConsistencyCheck: async (call) => ({
      checking: checkingOf(await waitForCheck(services, call), call.requestId),
    }),
  };
}

/** The check once it has ended, or as it is when the time is over. */
async function waitForCheck(services: Services, call: Call<"getConsistencyCheck">): Promise<Task> {
  const task = await ownTask(services.registry, call.parameters, call.key);
  if (retrievalTaskSchema.parse(task.payload).kind !== "consistency") throw unknown(task.id);
  return waitForRetrievalTask(services, task, call);
}

function checkingOf(task: Task, requestId: string): ConsistencyChecking {
  return {
    id: task.id,
    state: STATE_OF[task.state],
    result: task.state === "SUCCESS" ? consistencySchema.parse(task.result) : null,
    error: task.error === null ? null : problemOf(errorOfTask(task.error), requestId),
  };
}

function unknown(id: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no check of consistency "${id}" in the workspace.`);
}
