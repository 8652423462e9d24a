import { TeselaError } from "@tesela/core";
import type { NewTask, Task } from "@tesela/registry";
import type { World } from "./world.ts";

const WAIT_MS = 60_000;

/** Has the worker do a short task; throws what it failed with. */
export async function runTask(
  { registry, dispatcher, workspaceId }: World,
  kind: NewTask["kind"],
  payload: unknown,
): Promise<Task> {
  const expiresInMs = 10 * WAIT_MS;
  const made = await registry.tasks.create({ kind, workspaceId, payload, ownerKeyId: null, expiresInMs });
  await dispatcher.dispatchTask(made);
  const task = await registry.tasks.waitForEnd(made.id, WAIT_MS);
  if (task.error !== null) {
    const { code, message, fix, problems } = task.error;
    throw new TeselaError(code, message, { ...(fix === null ? {} : { fix }), problems });
  }
  if (task.state !== "SUCCESS") throw new Error(`the ${kind} is ${task.state}`);
  return task;
}
