import { randomUUID } from "node:crypto";
import type { RequestBodyOf, RetrievalPayload } from "@tesela/contract";
import { TeselaError, type Problem } from "@tesela/core";
import { resultPath } from "@tesela/offline-store";
import type { Task } from "@tesela/registry";
import type { Call } from "../http/call.ts";
import type { Services } from "../services.ts";
import {
  appliedWorkspaceOf,
  viewNamed,
  type AppliedView,
  type AppliedWorkspace,
} from "../workspace/applied-view.ts";
import { usableSpine } from "./usable-spine.ts";

type Body = RequestBodyOf<"retrieveHistorical">;

/** Makes the task that joins features to a spine; it waits for a worker as long as it takes. */
export async function startRetrieval(services: Services, call: Call<"retrieveHistorical">): Promise<Task> {
  const { registry, dispatcher, limits, metrics } = services;
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  const workspace = appliedWorkspaceOf(await registry.definitions.current(workspaceId));
  const views = viewsOf(workspace, call.body);
  const spine = await usableSpine(services, call.body.spineId, workspaceId, call.key);
  const task = await registry.tasks.create({
    kind: "retrieval",
    workspaceId,
    payload: payloadOf(workspace, views, call.body, { spine, now: await registry.clock.now() }),
    ownerKeyId: call.key?.id ?? null,
    expiresInMs: limits.retrievalTtlMs,
  });
  metrics.countTask("retrieval");
  await dispatcher.dispatchTask(task);
  return task;
}

function viewsOf(workspace: AppliedWorkspace, { featureViews, fromSource }: Body): AppliedView[] {
  const problems = featureViews.flatMap((name, index): Problem[] => {
    const path = `featureViews[${index}]`;
    if (featureViews.indexOf(name) !== index) return [{ path, message: `"${name}" stands more than once` }];
    if (viewNamed(workspace, name).definition.offline || fromSource !== false) return [];
    const fix = "Leave fromSource out, or declare the view with offline: true and apply.";
    return [{ path, message: `feature view "${name}" has no offline store to read`, fix }];
  });
  const [first] = problems;
  if (first === undefined) return featureViews.map((name) => viewNamed(workspace, name));
  throw new TeselaError("VALIDATION", `${first.path}: ${first.message}.`, {
    ...(first.fix === undefined ? {} : { fix: first.fix }),
    problems,
  });
}

function payloadOf(
  workspace: AppliedWorkspace,
  views: readonly AppliedView[],
  body: Body,
  { spine, now }: { readonly spine: string; readonly now: bigint },
): RetrievalPayload {
  return {
    spinePath: spine,
    resultPath: resultPath(randomUUID()),
    timestampKey: body.timestampKey ?? null,
    fromSource: body.fromSource ?? null,
    onUnmaterialized: body.onUnmaterialized,
    now: String(now),
    views: views.map((view) => payloadViewOf(workspace, view)),
  };
}

function payloadViewOf(
  { repository }: AppliedWorkspace,
  { definition, resolved, generationId }: AppliedView,
): RetrievalPayload["views"][number] {
  const sources = new Set(definition.sources.map(({ source }) => source));
  return {
    generationId: String(generationId),
    definition,
    resolved,
    entities: [...repository.entities.values()].filter(({ name }) => definition.entities.includes(name)),
    sources: [...repository.sources.values()].filter(({ name }) => sources.has(name)),
  };
}
