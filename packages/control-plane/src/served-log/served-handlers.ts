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
  const payload: ReadServedPayload = {
    kind: "readServed",
    service: definition.name,
    start: microsText(startTime),
    end: microsText(endTime),
    resultPath: resultPath(randomUUID()),
  };
  if (startTime !== undefined && endTime !== undefined && BigInt(payload.start!) >= BigInt(payload.end!))
    throw new TeselaError("VALIDATION", `The range [${startTime}, ${endTime}) is empty.`, {
      fix: "Give an endTime after startTime.",
    });
  return createRetrievalTask(services, { workspaceId, payload, key: call.key });
}

function microsText(instant: string | undefined): string | null {
  return instant === undefined ? null : String(parseInstant(instant));
}
