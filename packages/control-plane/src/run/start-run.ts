import { randomUUID } from "node:crypto";
import type { RunPayload } from "@tesela/contract";
import { parseInstant, TeselaError, type Definition } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { createRetrievalTask } from "../historical/retrieval-task.ts";
import { usableSpine } from "../historical/usable-spine.ts";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { checkRealtimeRun, realtimePayload, realtimeTarget } from "./realtime-target.ts";
import { checkDefinitions, checkLevel, checkMocks, runTarget } from "./run-target.ts";

/** Makes the task of a run; nothing of the workspace changes by it. */
export async function startRun(services: Services, call: Call<"run">): Promise<Task> {
  const { registry } = services;
  const { body } = call;
  const { id: workspaceId } = await registry.workspaces.ensure(call.parameters.workspace);
  const definitions = await definitionsOf(services, workspaceId, body);
  const realtime = realtimeTarget(body.featureView, definitions);
  if (realtime !== null) {
    checkMocks(realtime.definition, body.mockSources);
    checkRealtimeRun(realtime, body);
    const paths = await pathsOf(services, call, workspaceId);
    return createRetrievalTask(services, {
      workspaceId,
      payload: realtimePayload(realtime, paths),
      key: call.key,
    });
  }
  const target = runTarget(body.featureView, definitions);
  checkMocks(target.definition, body.mockSources);
  checkLevel(target, body.aggregationLevel);
  checkRange(body);
  const paths = await pathsOf(services, call, workspaceId);
  const payload: RunPayload = {
    kind: "run",
    ...target,
    level: body.aggregationLevel,
    start: microsText(body.startTime),
    end: microsText(body.endTime),
    now: String(await registry.clock.now()),
    mocks: [...paths].map(([parameter, path]) => ({ parameter, path })),
    resultPath: resultPath(randomUUID()),
  };
  return createRetrievalTask(services, { workspaceId, payload, key: call.key });
}

/** Where each mock was sent up to, by the name of the source that it stands in for. */
async function pathsOf(
  services: Services,
  { body, key }: Call<"run">,
  workspaceId: number,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  for (const [parameter, id] of Object.entries(body.mockSources)) {
    paths.set(parameter, await usableSpine(services, id, workspaceId, key));
  }
  return paths;
}

async function definitionsOf(
  { registry }: Services,
  workspaceId: number,
  { definitions }: Call<"run">["body"],
): Promise<readonly Definition[]> {
  if (definitions !== undefined) return checkDefinitions(definitions);
  const { objects } = await registry.definitions.current(workspaceId);
  return objects.map(({ definition }) => definition);
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
