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
import type { Call } from "../http/call.ts";
import { isAborted } from "../jobs/wait.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, viewNamed } from "../workspace/applied-view.ts";

const SECOND_MS = 1_000;

/** Makes the task that scans every file of a view for its deleted keys. */
export async function startVerification(services: Services, call: Call<"verifyKeys">): Promise<Task> {
  const { registry, dispatcher, limits, metrics } = services;
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
  const task = await registry.tasks.create({
    kind: "retrieval",
    workspaceId,
    payload,
    ownerKeyId: call.key?.id ?? null,
    expiresInMs: limits.retrievalTtlMs,
  });
  metrics.countTask("retrieval");
  await dispatcher.dispatchTask(task);
  return task;
}

/** The scan once it has ended, or as it is when the time is over. */
export async function waitForVerification(
  { registry }: Services,
  call: Call<"getVerification">,
): Promise<Task> {
  const task = await ownTask(registry, call.parameters, call.key);
  if (retrievalTaskSchema.parse(task.payload).kind !== "verifyKeys") throw unknown(task.id);
  const isEnded = task.state === "SUCCESS" || task.state === "FAILURE";
  if (isEnded || call.query.waitSeconds === 0) return task;
  try {
    return await registry.tasks.waitForEnd(task.id, call.query.waitSeconds * SECOND_MS, call.signal);
  } catch (error) {
    if (!isAborted(error, call.signal)) throw error;
    return registry.tasks.get(task.id);
  }
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
