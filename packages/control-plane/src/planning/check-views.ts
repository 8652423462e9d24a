import { checkResultSchema, type CheckPayload, type CheckResult } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey, Task } from "@tesela/registry";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";

/** A worker that was not heard of for so long is taken for dead. */
const WORKER_ALIVE_MS = 60_000;
const TASK_TTL_MS = 10 * 60_000;

/** Who asks for the check, and until when. */
export interface CheckCaller {
  readonly key: ApiKey | null;
  readonly workspaceId: number;
  readonly signal: AbortSignal;
}

/**
 * What a worker finds out about transformations. Throws `NO_WORKER` when none is alive, `TIMEOUT` when none
 * answers in time, and the task's own error when the check as a whole failed.
 */
export async function checkViews(
  services: Services,
  views: CheckPayload["views"],
  caller: CheckCaller,
): Promise<CheckResult["views"]> {
  if (views.length === 0) return [];
  await requireWorker(services);
  const task = await createCheck(services, views, caller);
  await services.dispatcher.dispatchTask(task);
  const timeoutMs = patience(services.limits, views.length);
  return resultOf(await services.registry.tasks.waitForEnd(task.id, timeoutMs, caller.signal));
}

function patience(limits: Services["limits"], views: number): number {
  const wanted = limits.checkTimeoutMs + limits.checkTimeoutPerViewMs * views;
  return Math.min(wanted, limits.longestCheckMs);
}

async function requireWorker({ registry }: Services): Promise<void> {
  const alive = await registry.workers.alive(WORKER_ALIVE_MS);
  if (alive.length > 0) return;
  throw new TeselaError("NO_WORKER", "No worker is alive to check the SQL of the feature views.", {
    fix: "Start one: tesela worker",
  });
}

async function createCheck(
  { registry, metrics }: Services,
  views: CheckPayload["views"],
  caller: CheckCaller,
): Promise<Task> {
  const payload: CheckPayload = { views };
  metrics.countTask("check");
  return registry.tasks.create({
    kind: "check",
    workspaceId: caller.workspaceId,
    payload,
    ownerKeyId: caller.key?.id ?? null,
    expiresInMs: TASK_TTL_MS,
  });
}

function resultOf(task: Task): CheckResult["views"] {
  if (task.error !== null) throw errorOfTask(task.error);
  if (task.state === "SUCCESS") return checkResultSchema.parse(task.result).views;
  throw new TeselaError("TIMEOUT", "No worker has checked the SQL of the feature views in time.", {
    fix: "Try again; if it stays so, look at the workers or start more: tesela worker",
  });
}
