import { randomUUID } from "node:crypto";
import type { ReadServedPayload } from "@tesela/contract";
import { parseInstant, TeselaError } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { retrievalBodyOf } from "../historical/read-retrieval.ts";
import { createRetrievalTask } from "../historical/retrieval-task.ts";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, serviceNamed } from "../workspace/applied-view.ts";
import { servedHorizon } from "./retention.ts";

/** Answers reads of what feature services have served: each is a retrieval from there on. */
export function servedHandlers(services: Services): Pick<Handlers, "readServedFeatures"> {
  return {
    readServedFeatures: async (call) => ({
      retrieval: retrievalBodyOf(await startRead(services, call), call.requestId),
    }),
  };
}

async function startRead(services: Services, call: Call<"readServedFeatures">): Promise<Task> {
  const { registry } = services;
  const { startTime, endTime } = call.body;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const { definition } = serviceNamed(workspace, call.parameters.name);
  const start = startTime === undefined ? null : parseInstant(startTime);
  const end = endTime === undefined ? null : parseInstant(endTime);
  if (start !== null && end !== null && start >= end)
    throw new TeselaError("VALIDATION", `The range [${startTime}, ${endTime}) is empty.`, {
      fix: "Give an endTime after startTime.",
    });
  // What is past its retention is not read, whether its file has been removed yet or not.
  const horizon = await servedHorizon(services);
  const payload: ReadServedPayload = {
    kind: "readServed",
    service: definition.name,
    start: String(start === null || start < horizon ? horizon : start),
    end: end === null ? null : String(end),
    resultPath: resultPath(randomUUID()),
  };
  return createRetrievalTask(services, { workspaceId, payload, key: call.key });
}
