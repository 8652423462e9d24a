/** The engine's child process: one task at a time, each in a DuckDB of its own. Started by `engine-process.ts`. */
import { flushCompileCache } from "node:module";
import type { DuckDBConnection } from "@duckdb/node-api";
import { checkSql } from "../cage/check-sql.ts";
import { guardMemory, volunteerForOutOfMemoryKill } from "./memory-guard.ts";
import type { CheckResult, FromChild, RunResult, Task, TaskFailure, ToChild } from "./protocol.ts";
import { runTask, StatementFailed, TooManyRows } from "./run-task.ts";
import { SpareDatabases } from "./spare-databases.ts";

const progressEveryMs = 250;
// A read asks a few small things of its files before it begins.
const spares = new SpareDatabases(4);

interface Current {
  readonly id: number;
  readonly abort: AbortController;
  connection: DuckDBConnection | null;
}

let current: Current | null = null;

function send(message: FromChild, then?: () => void): void {
  process.send?.(message, undefined, undefined, then);
}

async function perform(task: Task, running: Current): Promise<CheckResult | RunResult> {
  const keep = (connection: DuckDBConnection) => (running.connection = connection);
  return task.kind === "check"
    ? checkSql(task.request, task.limits, keep, spares.take())
    : runTask(task.request, task.limits, keep, running.abort.signal, spares.take());
}

async function answer(id: number, task: Task): Promise<void> {
  const running: Current = { id, abort: new AbortController(), connection: null };
  current = running;
  const unguard = guardMemory(task.limits.memoryBytes, (heldBytes) => giveUp(id, heldBytes));
  const ticker = setInterval(() => reportProgress(running), progressEveryMs);
  try {
    send({ kind: "done", id, value: await perform(task, running) });
  } catch (error) {
    send({ kind: "failed", id, failure: toFailure(error) });
  } finally {
    clearInterval(ticker);
    unguard();
    current = null;
  }
}

function giveUp(id: number, heldBytes: number): void {
  const message = `The process held ${heldBytes} bytes.`;
  send({ kind: "failed", id, failure: { reason: "memory", message, statement: null } }, () =>
    process.exit(1),
  );
}

// An orderly exit would wait for the query that is running.
function dieAtOnce(): void {
  process.kill(process.pid, "SIGKILL");
}

function reportProgress({ id, connection }: Current): void {
  const percentage = connection?.progress.percentage ?? -1;
  if (percentage >= 0) send({ kind: "progress", id, percentage });
}

function toFailure(error: unknown): TaskFailure {
  if (error instanceof TooManyRows) return { reason: "rows", message: error.message, statement: null };
  if (error instanceof StatementFailed)
    return { reason: "duckdb", message: messageOf(error.cause), statement: error.statement };
  return { reason: "duckdb", message: messageOf(error), statement: null };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function cancel(id: number): void {
  if (current?.id !== id) return;
  current.abort.abort();
  current.connection?.interrupt();
}

process.on("message", (message: ToChild) => {
  if (message.kind === "cancel") cancel(message.id);
  else void answer(message.id, message.task);
});
process.on("disconnect", dieAtOnce);
volunteerForOutOfMemoryKill();
// It always ends by being killed, and then nothing would be written.
flushCompileCache();
