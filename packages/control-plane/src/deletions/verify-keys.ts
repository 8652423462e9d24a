import { randomUUID } from "node:crypto";
import {
  keysVerificationSchema,
  problemOf,
  retrievalTaskSchema,
  type KeysVerifying,
  type VerifyKeysPayload,
} from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { ownTask, STATE_OF } from "../historical/read-retrieval.ts";
import { createRetrievalTask, waitForRetrievalTask } from "../historical/retrieval-task.ts";
import type { Call } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";

/** Makes the task that scans every file of a view for its deleted keys. */
export async function startVerification(services: Services, call: Call<"verifyKeys">): Promise<Task> {
  const { registry } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const { compiled, generationId } = viewNamed(workspace, call.parameters.name);
  const { shape } = compiled;
  const payload: VerifyKeysPayload = {
    kind: "verifyKeys",
    viewName: compiled.name,
    generationId: String(generationId),
    interval: shape.kind === "attributes" ? null : String(shape.interval),
    resultPath: resultPath(randomUUID()),
  };
  return createRetrievalTask(services, { workspaceId, payload, key: call.key });
}

/** The scan once it has ended, or as it is when the time is over. */
export async function waitForVerification(services: Services, call: Call<"getVerification">): Promise<Task> {
  const task = await ownTask(services.registry, call.parameters, call.key);
  if (retrievalTaskSchema.parse(task.payload).kind !== "verifyKeys") throw unknown(task.id);
  return waitForRetrievalTask(services, task, call);
}

/** A scan as a client sees it. */
export function verifyingOf(task: Task, requestId: string): KeysVerifying {
  return {
    id: task.id,
    state: STATE_OF[task.state],
    result: task.state === "SUCCESS" ? keysVerificationSchema.parse(task.result) : null,
    error: task.error === null ? null : problemOf(errorOfTask(task.error), requestId),
  };
}

function unknown(id: string): TeselaError {
  return new TeselaError("NOT_FOUND", `There is no scan for deleted keys "${id}" in the workspace.`);
}
