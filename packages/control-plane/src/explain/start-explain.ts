import { randomUUID } from "node:crypto";
import type { ExplainPayload } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { checkRead, requireViewsOrService } from "../historical/check-read.ts";
import { chosenRead } from "../historical/chosen-read.ts";
import { retrievalPayload } from "../historical/retrieval-payload.ts";
import { createRetrievalTask } from "../historical/retrieval-task.ts";
import { usableSpine } from "../historical/usable-spine.ts";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf } from "../workspace/applied-view.ts";

/** Makes the task of an explanation: the read with a spine that it is about, checked like the read itself. */
export async function startExplain(services: Services, call: Call<"explain">): Promise<Task> {
  const { registry } = services;
  const { key } = call;
  const { row, ...body } = call.body;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  if (body.spineId === undefined) throw spineless();
  requireViewsOrService(body);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const views = chosenRead(workspace, body);
  checkRead(body, views);
  const read = retrievalPayload(workspace, views, body, {
    spinePath: await usableSpine(services, body.spineId, workspaceId, key),
    entitiesPath: null,
    resultPath: resultPath(randomUUID()),
    now: await registry.clock.now(),
  });
  if (read.kind !== "spine") throw spineless();
  const payload: ExplainPayload = { ...read, kind: "explain", row: row ?? null };
  return createRetrievalTask(services, { workspaceId, payload, key });
}

function spineless(): TeselaError {
  const fix = "Give the spine of the read that is to be explained.";
  const problems = [{ path: "spineId", message: "an explanation needs a spine", fix }];
  return new TeselaError("VALIDATION", "An explanation needs a spine.", { fix, problems });
}
