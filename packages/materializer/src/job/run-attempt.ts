import { toTeselaError, type CompiledView, type EpochMicros } from "@tesela/core";
import type { ClaimedAttempt, Commit, QueueMessage } from "@tesela/registry";
import type { Lease } from "../worker/lease.ts";
import type { SpanAttributes } from "../worker/tracer.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import { holdAttemptLease } from "./attempt-lease.ts";
import { createAttemptLog, type AttemptLog } from "./attempt-log.ts";
import { compileAttempt } from "./compiled-attempt.ts";
import { computeAndCommit } from "./compute-and-commit.ts";
import { keepHouse } from "./housekeeping/keep-house.ts";
import { commitNothing, reloadOnline } from "./housekeeping/reload-online.ts";
import { runDelete } from "./delete/run-delete.ts";
import { ingestRows } from "./ingest/ingest-rows.ts";
import { pushTableOnline } from "./ingest/push-table-online.ts";
import { pushOnline } from "./push-commit-online.ts";
import { waitForTurn } from "./push-turn.ts";
import { pushStreamRange } from "../stream/push-stream-range.ts";

/**
 * One attempt of a job (decision 2): files under a path of its own, commit 1, the push to the online store,
 * commit 2. Whatever happens in between, an attempt after this one ends the same. `onRoom` is called when what is left to
 * do takes next to nothing of the worker, so that it can begin with another one.
 */
export async function runAttempt(
  context: WorkerContext,
  message: QueueMessage,
  stopping: AbortSignal,
  onRoom: () => void = () => undefined,
): Promise<void> {
  const { registry, id, leaseMs } = context;
  const attempt = await registry.attempts.claim(message.id, message.fence, id, leaseMs);
  if (attempt === null) return;
  context.failpoint("after-claim");
  const log = createAttemptLog(context, attempt);
  log.info(`attempt ${attempt.number} on worker ${id}`);
  const lease = holdAttemptLease(context, attempt, log, stopping);
  const ended = Promise.withResolvers<void>();
  context.attempts.set(attempt.id, ended.promise);
  try {
    const work = () => materialize(context, attempt, log, lease, onRoom);
    await context.tracer.span(`attempt ${attempt.work.type}`, attributesOf(attempt), work);
  } catch (thrown) {
    if (!stopping.aborted) await giveUp(context, attempt, log, lease, thrown);
  } finally {
    lease.stop();
    await tellOthers(context, attempt, log).finally(ended.resolve);
    context.attempts.delete(attempt.id);
  }
}

/** A job in traces is the attempts that name it. */
function attributesOf({ id, jobId, number, viewName, online, offline }: ClaimedAttempt): SpanAttributes {
  return {
    "tesela.job.id": jobId,
    "tesela.attempt.id": id,
    "tesela.attempt.number": number,
    "tesela.feature_view": viewName,
    "tesela.online": online,
    "tesela.offline": offline,
  };
}

/** Whoever asks about the job, and whoever has waited for its end. */
async function tellOthers(context: WorkerContext, attempt: ClaimedAttempt, log: AttemptLog): Promise<void> {
  if (attempt.view.definition.kind === "featureTable") await sendNextIngest(context, attempt);
  await Promise.all([log.flush(), context.dispatcher.dispatch()]);
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

async function materialize(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  log: AttemptLog,
  lease: Lease,
  onRoom: () => void,
): Promise<void> {
  const { type } = attempt.work;
  if (attempt.work.type === "delete") return runDelete(context, attempt, attempt.work.deletionId, lease);
  if (type === "compact" || type === "collect" || type === "cleanup") {
    return keepHouse(context, attempt, type, lease);
  }
  const { commit: commitFiles, push } = stepsOf(context, attempt, compileAttempt(attempt), lease, onRoom);
  const commit = attempt.resume ?? (await commitFiles());
  log.info(`committed as snapshot ${commit.seq}`);
  context.failpoint("after-commit-1");
  if (attempt.online) {
    await waitForTurn(context, attempt, lease, (earlier) => runAttempt(context, earlier, lease.signal));
  }
  const onlineEdge = attempt.online ? await push(commit) : null;
  context.failpoint("after-push");
  // A job that owes no push has ended with its commit, but where an earlier attempt made it.
  if (attempt.online || attempt.resume !== null) {
    await context.registry.attempts.completePush(attempt.id, attempt.fence, { onlineEdge });
  }
  log.info(`done: ${commit.rows} rows stored, ${commit.rejectedRows} rejected`);
  context.failpoint("after-commit-2");
}

/** What the kinds of jobs do differently. */
interface Steps {
  /** Files and commit 1. */
  readonly commit: () => Promise<Commit>;
  /** The push to the online store; gives the edge it leads to. */
  readonly push: (commit: Commit) => Promise<EpochMicros | null>;
}

function stepsOf(
  context: WorkerContext,
  attempt: ClaimedAttempt,
  view: CompiledView,
  lease: Lease,
  onRoom: () => void,
): Steps {
  const { work } = attempt;
  if (work.type === "ingest") {
    return {
      commit: () => ingestRows(context, attempt, view, work.input, lease),
      push: (commit) => pushTableOnline(context, attempt, view, commit, lease),
    };
  }
  if (work.type !== "batch") {
    return {
      commit: () => commitNothing(context, attempt),
      push: (commit) => reloadOnline(context, attempt, view, commit, lease),
    };
  }
  return {
    // A push may read the files of other commits, so there is no room before its end.
    commit: () =>
      computeAndCommit(context, attempt, view, work.range, lease, attempt.online ? () => undefined : onRoom),
    push: (commit) =>
      view.kind === "stream"
        ? pushStreamRange(context, attempt, view, work.range, commit, lease)
        : pushOnline(context, attempt, view, work.range, commit, lease),
  };
}

/** Tells the registry why. A worker that stops says nothing: its lease ends and another one takes over. */
async function giveUp(
  { registry, logger }: WorkerContext,
  attempt: ClaimedAttempt,
  log: AttemptLog,
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
  log.error(`${error.code}: ${message}`);
  await log.flush();
  await registry.attempts.fail(attempt.id, attempt.fence, { code: error.code, message });
}
