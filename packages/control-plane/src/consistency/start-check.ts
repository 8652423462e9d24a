import { randomUUID } from "node:crypto";
import type { ConsistencyPayload, RequestBodyOf } from "@tesela/contract";
import { parseInstant, TeselaError, type EpochMicros } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import { checkRead } from "../historical/check-read.ts";
import { chosenRead } from "../historical/chosen-read.ts";
import type { ReadBody } from "../historical/chosen-views.ts";
import { retrievalPayload } from "../historical/retrieval-payload.ts";
import { createRetrievalTask } from "../historical/retrieval-task.ts";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import {
  appliedWorkspaceOf,
  viewNamed,
  type AppliedView,
  type AppliedWorkspace,
} from "../workspace/applied-view.ts";

type CheckBody = RequestBodyOf<"checkConsistency">;

/** Makes the task that compares the online store with history. Throws `VALIDATION` for a view that is not online. */
export async function startCheck(services: Services, call: Call<"checkConsistency">): Promise<Task> {
  const { registry } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const view = viewNamed(workspace, call.parameters.name);
  if (!view.definition.online) throw notOnline(view);
  const payload = payloadOf(workspace, view, call.body, await registry.clock.now());
  return createRetrievalTask(services, { workspaceId, payload, key: call.key });
}

/** The read of history is checked like one that a user asks for. */
function payloadOf(
  workspace: AppliedWorkspace,
  view: AppliedView,
  { at, sampleSize, seed, examples, fromSource }: CheckBody,
  now: EpochMicros,
): ConsistencyPayload {
  const body = readBodyOf(view, fromSource);
  const chosen = chosenRead(workspace, body);
  checkRead(body, chosen);
  const place = { spinePath: null, entitiesPath: null, resultPath: resultPath(randomUUID()), now };
  const read = retrievalPayload(workspace, chosen, body, place);
  const { views, onUnmaterialized, onError, isInclusive, isKnownAt, asOf } = read;
  return {
    kind: "consistency",
    views,
    fromSource: read.fromSource,
    onUnmaterialized,
    onError,
    isInclusive,
    isKnownAt,
    asOf,
    now: read.now,
    resultPath: read.resultPath,
    at: at === undefined ? null : String(parseInstant(at)),
    sampleSize,
    seed,
    examples,
  };
}

/**
 * The offline store of a stream view ends before the clock that its online data follow, so its history is that of
 * the source unless told: the batch log has every event by the end of its data delay.
 */
function readBodyOf({ definition: { name, kind } }: AppliedView, fromSource: boolean | undefined): ReadBody {
  const source = fromSource ?? (kind === "streamFeatureView" ? true : undefined);
  return {
    featureViews: [name],
    onUnmaterialized: "error",
    onError: "null",
    join: "exclusive",
    ...(source === undefined ? {} : { fromSource: source }),
  };
}

function notOnline({ definition: { name } }: AppliedView): TeselaError {
  return new TeselaError("VALIDATION", `Feature view "${name}" is not served online.`, {
    fix: "Declare it with online: true and apply; there is nothing to compare until then.",
  });
}
