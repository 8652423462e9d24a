import { toTeselaError, type CompiledView, type EpochMicros, type TimeRange } from "@tesela/core";
import type { ClaimedAttempt, Commit, QueueMessage } from "@tesela/registry";
import { checkUnchanged, fingerprintSources } from "../source/source-reader.ts";
import { openView } from "../source/view-source.ts";
import { holdLease, type Lease } from "../worker/lease.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { compileAttempt } from "./compiled-attempt.ts";
import { computeRange } from "./compute-range.ts";
import { dataPath } from "./data-path.ts";
import { ingestRows } from "./ingest/ingest-rows.ts";
import { pushTableOnline } from "./ingest/push-table-online.ts";
import { pushOnline } from "./push-commit-online.ts";

/**
 * One attempt of a job (decision 2): files under a path of its own, commit 1, the push to the online store,
 * commit 2. Whatever happens in between, an attempt after this one ends the same.
 */
export async function runAttempt(
  context: WorkerContext,
  message: QueueMessage,
  stopping: AbortSignal,
): Promise<void> {
  const { registry, id, leaseMs } = context;
  const attempt = await registry.attempts.claim(message.id, message.fence, id, leaseMs);
  if (attempt === null) return;
  context.failpoint("after-claim");
  const lease = holdLease((progress) => beat(context, attempt, progress), leaseMs, stopping);
  try {
    await materialize(context, attempt, lease);
  } catch (thrown) {
    if (!stopping.aborted) await giveUp(context, attempt, lease, thrown);
  } finally {
    lease.stop();
    if (attempt.work.type === "ingest") await sendNextIngest(context, attempt);
  }
}

/** Ingests of a table take turns. What cannot be sent now is sent by a dispatcher's sweep. */
async function sendNextIngest(
  { registry, queue, logger }: WorkerContext,
  { generationId }: ClaimedAttempt,
): Promise<void> {
  try {
    const next = await registry.attempts.nextIngest(generationId);
    if (next !== null) await queue.send("materialize", next);
  } catch (cause) {
    logger.warn({ cause, generationId }, "the next ingest was not sent");
  }
}

function beat(
  { registry, leaseMs }: WorkerContext,
  { id, fence }: ClaimedAttempt,
  progress: Parameters<Lease["report"]>[0] | null,
): ReturnType<typeof registry.attempts.heartbeat> {
  return registry.attempts.heartbeat(id, fence, { leaseMs, ...(progress === null ? {} : { progress }) });
}

async function materialize(context: WorkerContext, attempt: ClaimedAttempt, lease: Lease): Promise<void> {
  const { commit: commitFiles, push } = stepsOf(context, attempt, compileAttempt(attempt), lease);
  const commit = attempt.resume ?? (await commitFiles());
  context.failpoint("after-commit-1");
  const onlineEdge = attempt.online ? await push(commit) : null;
  context.failpoint("after-push");
  await lease.confirm();
  await context.registry.attempts.completePush(attempt.id, attempt.fence, { onlineEdge });
  context.failpoint("after-commit-2");
}

/** What the two kinds of jobs do differently. */
interface Steps {
  /** Files and commit 1. */
  readonly commit: () => Promise<Commit>;
  /** The push to the online store; gives the edge it leads to. */
  readonly push: (commit: Commit) => Promise<EpochMicros | null>;
}

function stepsOf(context: WorkerContext, attempt: ClaimedAttempt, view: CompiledView, lease: Lease): Steps {
  const { work } = attempt;
  if (work.type === "ingest") {
    return {
      commit: () => ingestRows(context, attempt, view, work.input, lease),
      push: (commit) => pushTableOnline(context, attempt, view, commit, lease),
    };
  }
  return {
    commit: () => computeAndCommit(context, attempt, view, work.range, lease),
    push: (commit) => pushOnline(context, attempt, view, work.range, commit, lease),
  };
}

async function computeAndCommit(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  range: TimeRange,
  lease: Lease,
): Promise<Commit> {
  const { engine, offlineStore, registry } = context;
  const access = { engine, roots: context.sourceRoots, limits: context.sourceLimits };
  const options = {
    signal: lease.signal,
    onProgress: (percentage: number) =>
      lease.report({ phase: "computing", fraction: Math.max(0, percentage) / 100, rows: null }),
  };
  lease.report({ phase: "reading", fraction: null, rows: null });
  const opened = await openView(access, view, { signal: lease.signal });
  await using scratch = await offlineStore.createScratch();
  const computed = await computeRange(engine, view, opened, range, scratch.directory, options);
  context.failpoint("after-compute");
  await checkUnchanged(opened.sources);
  const { rows, rejectedRows, minTime, maxTime } = computed;
  const stored =
    rows === 0 ? null : await offlineStore.put(computed.path, dataPath(attempt), { signal: lease.signal });
  context.failpoint("after-put");
  return await registry.attempts.commitFiles(attempt.id, attempt.fence, {
    files: stored === null ? [] : [{ ...stored, rows, minTime, maxTime }],
    rows,
    rejectedRows,
    sourceFingerprint: fingerprintSources(opened.sources),
  });
}

/** Tells the registry why. A worker that stops says nothing: its lease ends and another one takes over. */
async function giveUp(
  { registry, logger }: WorkerContext,
  attempt: ClaimedAttempt,
  lease: Lease,
  thrown: unknown,
): Promise<void> {
  const error = toTeselaError(lease.signal.aborted ? lease.signal.reason : thrown);
  logger.warn(
    { attempt: attempt.id, job: attempt.jobId, code: error.code, cause: error.cause },
    error.message,
  );
  if (error.code === "FENCED") return;
  const message = error.fix === null ? error.message : `${error.message} ${error.fix}`;
  await registry.attempts.fail(attempt.id, attempt.fence, { code: error.code, message });
}
