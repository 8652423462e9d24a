import {
  checkPayloadSchema,
  parseWith,
  retrievalTaskSchema,
  sourcesPayloadSchema,
  streamPayloadSchema,
  type CheckPayload,
  type CheckResult,
} from "@tesela/contract";
import { toTeselaError, type CompiledView } from "@tesela/core";
import type { Progress, QueueMessage, Task } from "@tesela/registry";
import { checkRealtimeViews } from "../check/check-realtime.ts";
import { runCheck } from "../check/check-task.ts";
import { lookAtSources } from "../check/look-at-sources.ts";
import { runConsistency } from "../consistency/run-consistency.ts";
import { runExplain } from "../explain/run-explain.ts";
import { runRetrieval } from "../retrieval/run-retrieval.ts";
import { keepServed } from "../served-log/keep-served.ts";
import { readServed } from "../served-log/read-served.ts";
import { runRealtime } from "../run/run-realtime.ts";
import { runView } from "../run/run-view.ts";
import type { SourceAccess } from "../source/source-reader.ts";
import { ingestStream } from "../stream/ingest-stream.ts";
import { verifyKeys } from "../job/delete/verify-keys.ts";
import { holdLease, type Lease, type LeaseReply } from "./lease.ts";
import type { WorkerContext } from "./worker-context.ts";

/** Runs a short task under its lease: a check of SQL, or a look at the past. */
export async function runTask(
  context: WorkerContext,
  message: QueueMessage,
  stopping: AbortSignal,
): Promise<void> {
  const { registry, id, leaseMs } = context;
  const task = await registry.tasks.claim(message.id, id, leaseMs);
  if (task === null) return;
  const lease = holdLease((progress) => beat(context, task, progress), leaseMs, stopping);
  try {
    const work = () => perform(context, task, lease);
    const result = await context.tracer.span(`task ${task.kind}`, { "tesela.task.id": task.id }, work);
    await registry.tasks.complete(task.id, id, result);
  } catch (thrown) {
    if (!stopping.aborted) await giveUp(context, task, lease, thrown);
  } finally {
    lease.stop();
  }
}

async function beat(
  { registry, id, leaseMs }: WorkerContext,
  task: Task,
  progress: Progress | null,
): Promise<LeaseReply> {
  const isOurs = await registry.tasks.heartbeat(task.id, id, {
    leaseMs,
    ...(progress === null ? {} : { progress }),
  });
  return isOurs ? "ok" : "fenced";
}

function perform(context: WorkerContext, task: Task, lease: Lease): Promise<unknown> {
  const { engine, sourceRoots, sourceLimits } = context;
  if (task.kind === "check") {
    const access = { engine, roots: sourceRoots, limits: sourceLimits };
    const sources = sourcesPayloadSchema.safeParse(task.payload);
    if (sources.success) return lookAtSources(access, sources.data, { signal: lease.signal });
    return performCheck(context, access, parseWith(checkPayloadSchema, task.payload, "task"), lease);
  }
  if (task.kind === "ingest") {
    const payload = parseWith(streamPayloadSchema, task.payload, "task");
    return ingestStream(context, task, payload, { signal: lease.signal });
  }
  return performRetrieval(context, task, lease);
}

async function performCheck(
  { realtime }: WorkerContext,
  access: SourceAccess,
  payload: CheckPayload,
  { signal }: Lease,
): Promise<CheckResult> {
  const { views } = await runCheck(access, payload, { signal });
  const realtimeViews = await checkRealtimeViews(realtime, payload.realtimeViews ?? []);
  return { views, realtimeViews };
}

/** From here on collection leaves the files alone that the task may find. */
async function pinSnapshots(
  { registry }: WorkerContext,
  taskId: string,
  payload: ReturnType<typeof retrievalTaskSchema.parse>,
): Promise<void> {
  if (!("views" in payload)) return;
  for (const { generationId } of payload.views) await registry.housekeeping.pin(taskId, Number(generationId));
}

async function performRetrieval(context: WorkerContext, task: Task, lease: Lease): Promise<unknown> {
  const payload = parseWith(retrievalTaskSchema, task.payload, "task");
  await pinSnapshots(context, task.id, payload);
  const phase = payload.kind === "run" ? "running" : "joining";
  const options = {
    signal: lease.signal,
    onProgress: (percentage: number) =>
      lease.report({ phase, fraction: Math.max(0, percentage) / 100, rows: null }),
  };
  if (payload.kind === "run") {
    const { name: viewName } = payload.definition;
    const of = { workspaceId: task.workspaceId, viewName, store: "offline" } as const;
    const deletedOf = ({ joinKeys }: CompiledView) => context.registry.deletions.keys({ ...of, joinKeys });
    return runView(context, payload, options, deletedOf);
  }
  if (payload.kind === "runRealtime") return runRealtime(context, payload, options);
  if (payload.kind === "verifyKeys") return verifyKeys(context, task, payload, options);
  if (payload.kind === "keepServed") return keepServed(context, task, payload, options);
  if (payload.kind === "readServed") return readServed(context, task, payload, options);
  if (payload.kind === "consistency") return runConsistency(context, task, payload, options);
  if (payload.kind === "explain") return runExplain(context, payload, options);
  return runRetrieval(context, payload, options);
}

async function giveUp(
  { registry, logger, id }: WorkerContext,
  task: Task,
  lease: Lease,
  thrown: unknown,
): Promise<void> {
  const error = toTeselaError(lease.signal.aborted ? lease.signal.reason : thrown);
  const log = error.code === "INTERNAL" ? logger.error.bind(logger) : logger.info.bind(logger);
  log({ task: task.id, kind: task.kind, code: error.code, cause: error.cause }, error.message);
  if (error.code === "FENCED") return;
  const { code, message, fix, problems } = error;
  await registry.tasks.fail(task.id, id, { code, message, fix, problems });
}
