import { checkPayloadSchema, checkResultSchema, type CheckPayload, type CheckResult } from "@tesela/contract";
import { TeselaError, type CompiledRealtimeView } from "@tesela/core";
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
  return views.length === 0 ? [] : (await check(services, { views }, caller)).views;
}

/** What a worker finds out about the functions of realtime views; throws as `checkViews` does. */
export async function checkRealtimeViews(
  services: Services,
  realtimeViews: readonly CompiledRealtimeView[],
  caller: CheckCaller,
): Promise<NonNullable<CheckResult["realtimeViews"]>> {
  if (realtimeViews.length === 0) return [];
  const payload = checkPayloadSchema.parse({ views: [], realtimeViews });
  return (await check(services, payload, caller)).realtimeViews ?? [];
}

async function check(services: Services, payload: CheckPayload, caller: CheckCaller): Promise<CheckResult> {
  await requireWorker(services);
  const task = await createCheck(services, payload, caller);
  await services.dispatcher.dispatchTask(task);
  const timeoutMs = patience(services.limits, payload.views.length + (payload.realtimeViews?.length ?? 0));
  return resultOf(await services.registry.tasks.waitForEnd(task.id, timeoutMs, caller.signal));
}

function patience(limits: Services["limits"], views: number): number {
  const wanted = limits.checkTimeoutMs + limits.checkTimeoutPerViewMs * views;
  return Math.min(wanted, limits.longestCheckMs);
}

/** Throws `NO_WORKER` when none is alive. */
export async function requireWorker({ registry }: Pick<Services, "registry">): Promise<void> {
  const alive = await registry.workers.alive(WORKER_ALIVE_MS);
  if (alive.length > 0) return;
  throw new TeselaError("NO_WORKER", "No worker is alive to look at the sources and SQL of feature views.", {
    fix: "Start one: tesela worker",
  });
}

async function createCheck(
  { registry, metrics }: Services,
  payload: CheckPayload,
  caller: CheckCaller,
): Promise<Task> {
  metrics.countTask("check");
  return registry.tasks.create({
    kind: "check",
    workspaceId: caller.workspaceId,
    payload,
    ownerKeyId: caller.key?.id ?? null,
    expiresInMs: TASK_TTL_MS,
  });
}

function resultOf(task: Task): CheckResult {
  if (task.error !== null) throw errorOfTask(task.error);
  if (task.state === "SUCCESS") return checkResultSchema.parse(task.result);
  throw new TeselaError("TIMEOUT", "No worker has checked the SQL of the feature views in time.", {
    fix: "Try again; if it stays so, look at the workers or start more: tesela worker",
  });
}
