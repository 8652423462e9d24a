import { randomUUID } from "node:crypto";
import {
  streamResultSchema,
  type PushResponse,
  type StreamPayload,
  type StreamResult,
} from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import { authorize } from "../access/authorize.ts";
import type { Call } from "../http/call.ts";
import { errorOfTask } from "../operations/task-error.ts";
import type { Services } from "../services.ts";
import { appliedWorkspaceOf, type AppliedWorkspace } from "../workspace/applied-view.ts";
import { streamNamed, viewsOver } from "./stream-views.ts";

const LONGEST_WAIT_MS = 60_000;
const TASK_TTL_MS = 10 * 60_000;

/**
 * Pushes rows into streams and answers when every feature view over them serves what they changed. Throws
 * `TIMEOUT` where no worker does so in time: what was accepted by then is not lost, and the same request under
 * the same idempotency key finds it.
 */
export async function pushRows(services: Services, call: Call<"pushRows">): Promise<PushResponse> {
  const { registry, dispatcher, metrics } = services;
  const { body, key } = call;
  const workspaceName = (body.workspace_name ?? body.workspaceName)!;
  authorize(key, "admin", workspaceName);
  const { id: workspaceId } = await registry.workspaces.get(workspaceName);
  const payload = payloadOf(appliedWorkspaceOf(await registry.definitions.current(workspaceId)), body);
  metrics.countTask("ingest");
  const task = await registry.tasks.create({
    kind: "ingest",
    workspaceId,
    payload,
    ownerKeyId: key?.id ?? null,
    expiresInMs: TASK_TTL_MS,
  });
  await dispatcher.dispatchTask(task);
  const ended = await registry.tasks.waitForEnd(task.id, LONGEST_WAIT_MS, call.signal);
  if (ended.error !== null) throw errorOfTask(ended.error);
  if (ended.state !== "SUCCESS") throw late(payload.idempotencyKey);
  return responseOf(workspaceName, payload, streamResultSchema.parse(ended.result));
}

function payloadOf(workspace: AppliedWorkspace, body: Call<"pushRows">["body"]): StreamPayload {
  const streams = Object.keys(body.records).map((name) => streamNamed(workspace, name));
  const views = new Map(
    streams.flatMap((one) => viewsOver(workspace, one)).map((view) => [view.compiled.name, view]),
  );
  const { entities, sources } = workspace.repository;
  return {
    idempotencyKey: body.idempotency_key ?? body.idempotencyKey ?? randomUUID(),
    isDryRun: body.dry_run ?? body.dryRun ?? false,
    sources: streams.map((source) => ({
      source,
      records: body.records[source.name]!.map(({ record }) => record),
    })),
    views: [...views.values()].map(({ definition, resolved, generationId, compiled }) => ({
      definition,
      resolved,
      generationId,
      entities: [...entities.values()].filter(({ name }) => definition.entities.includes(name)),
      sources: [...sources.values()].filter(({ name }) =>
        compiled.sources.some((one) => one.definition.name === name),
      ),
    })),
  };
}

function responseOf(workspaceName: string, { views }: StreamPayload, result: StreamResult): PushResponse {
  const known = new Map(views.map((view) => [view.definition.name, view]));
  const featureViewIngestMetrics = result.views.map(({ name, events, rejected }) => {
    // What a repeated request came to may name a view that is gone since.
    const view = known.get(name);
    return {
      featureViewName: name,
      ...(view === undefined ? {} : { featureViewId: String(view.generationId) }),
      onlineRecordIngestCount: String(view?.definition.online === true ? events : 0),
      // History is the stream's batch log; rows that are pushed are never added to it here.
      offlineRecordIngestCount: "0",
      rejectedRecordCount: String(rejected),
    };
  });
  return { workspaceName, ingestMetrics: { featureViewIngestMetrics } };
}

function late(idempotencyKey: string): TeselaError {
  return new TeselaError("TIMEOUT", "No worker has brought the rows online in time.", {
    fix: `Send the same rows again with "idempotency_key": "${idempotencyKey}"; no row counts twice.`,
  });
}
