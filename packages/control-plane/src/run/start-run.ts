import { randomUUID } from "node:crypto";
import { retrievalTaskSchema, type RunPayload } from "@tesela/contract";
import { parseInstant, TeselaError } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { usableSpine } from "../historical/usable-spine.ts";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { checkDefinitions, checkLevel, checkMocks, runTarget, type RunTarget } from "./run-target.ts";

/** Makes the task of a run; nothing of the workspace changes by it. */
export async function startRun(services: Services, call: Call<"run">): Promise<Task> {
  const { registry, dispatcher, limits, metrics } = services;
  const { body, key } = call;
  const { id: workspaceId } = await registry.workspaces.ensure(call.parameters.workspace);
  const target = await targetOf(services, workspaceId, body);
  checkMocks(target, body.mockSources);
  checkLevel(target, body.aggregationLevel);
  checkRange(body);
  const mocks: RunPayload["mocks"] = [];
  for (const [parameter, id] of Object.entries(body.mockSources)) {
    mocks.push({ parameter, path: await usableSpine(services, id, workspaceId, key) });
  }
  const payload: RunPayload = {
    kind: "run",
    ...target,
    level: body.aggregationLevel,
    start: microsText(body.startTime),
    end: microsText(body.endTime),
    now: String(await registry.clock.now()),
    mocks,
    resultPath: resultPath(randomUUID()),
  };
  const task = await registry.tasks.create({
    kind: "retrieval",
    workspaceId,
    payload: retrievalTaskSchema.parse(payload),
    ownerKeyId: key?.id ?? null,
    expiresInMs: limits.retrievalTtlMs,
  });
  metrics.countTask("retrieval");
  await dispatcher.dispatchTask(task);
  return task;
}

async function targetOf(
  { registry }: Services,
  workspaceId: number,
  { featureView, definitions }: Call<"run">["body"],
): Promise<RunTarget> {
  if (definitions !== undefined) return runTarget(featureView, checkDefinitions(definitions));
  const { objects } = await registry.definitions.current(workspaceId);
  return runTarget(
    featureView,
    objects.map(({ definition }) => definition),
  );
}

function checkRange({ startTime, endTime }: Call<"run">["body"]): void {
  if (startTime === undefined || endTime === undefined) return;
  if (parseInstant(startTime) < parseInstant(endTime)) return;
  const fix = "Give an endTime after startTime.";
  const problems = [{ path: "endTime", message: `the range [${startTime}, ${endTime}) is empty`, fix }];
  throw new TeselaError("VALIDATION", `endTime: the range [${startTime}, ${endTime}) is empty.`, {
    fix,
    problems,
  });
}

function microsText(instant: string | undefined): string | null {
  return instant === undefined ? null : String(parseInstant(instant));
}
