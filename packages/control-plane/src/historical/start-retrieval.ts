import { randomUUID } from "node:crypto";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf } from "../workspace/applied-view.ts";
import { checkRead, requireViewsOrService } from "./check-read.ts";
import { chosenRead } from "./chosen-read.ts";
import { retrievalPayload } from "./retrieval-payload.ts";
import { createRetrievalTask } from "./retrieval-task.ts";
import { usableSpine } from "./usable-spine.ts";

/** Makes the task of a historical read; it waits for a worker as long as it takes. */
export async function startRetrieval(services: Services, call: Call<"retrieveHistorical">): Promise<Task> {
  const { registry } = services;
  const { body, key } = call;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  requireViewsOrService(body);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const views = chosenRead(workspace, body);
  checkRead(body, views);
  const place = {
    spinePath: await pathOf(body.spineId),
    entitiesPath: await pathOf(body.entitiesId),
    resultPath: resultPath(randomUUID()),
    now: await registry.clock.now(),
  };
  const payload = retrievalPayload(workspace, views, body, place);
  return createRetrievalTask(services, { workspaceId, payload, key });

  async function pathOf(id: string | undefined): Promise<string | null> {
    return id === undefined ? null : usableSpine(services, id, workspaceId, key);
  }
}
