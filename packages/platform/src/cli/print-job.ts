import type { Attempt, Job, JobLogLine } from "@tesela/contract";
import { printTable } from "./table.ts";

/** Jobs as a table. */
export function printJobs(jobs: readonly Job[]): string {
  const head = [
    "JOB",
    "FEATURE VIEW",
    "TYPE",
    "WHY",
    "STATE",
    "START",
    "END",
    "STORES",
    "ATTEMPTS",
    "CREATED",
  ];
  const rows = jobs.map((job) => [
    job.id,
    job.featureView,
    job.type,
    job.trigger,
    job.state,
    job.startTime ?? "",
    job.endTime ?? "",
    storesOf(job),
    String(job.attempts.length),
    job.createdAt,
  ]);
  return printTable(head, rows);
}

/** All of one job: its fields, its attempts, its log. */
export function printJob(job: Job, logs: readonly JobLogLine[]): string {
  const width = Math.max(...fieldsOf(job).map(([name]) => name.length));
  const fields = fieldsOf(job).map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  const attempts = job.attempts.length === 0 ? [] : ["", printAttempts(job.attempts)];
  const lines = logs.map(({ attempt, at, level, message }) => `#${attempt} ${at} ${level} ${message}`);
  return [...fields, ...attempts, ...(lines.length === 0 ? [] : ["", ...lines])].join("\n");
}

function fieldsOf(job: Job): (readonly [string, string])[] {
  const { phase, fraction, rows, bytes } = job.progress;
  const part = fraction === null ? "" : ` ${Math.floor(fraction * 100)}%`;
  const error = job.error === null ? [] : [["error", `${job.error.code}: ${job.error.message}`] as const];
  return [
    ["job", job.id],
    ["feature view", job.featureView],
    ["type", `${job.type}, ${job.trigger}`],
    ["state", job.state],
    ["range", job.startTime === null ? "" : `[${job.startTime}, ${job.endTime})`],
    ["stores", storesOf(job) + (job.overwrite ? ", overwrite" : "")],
    ["progress", phase + part + counted(rows, "rows") + counted(bytes, "bytes")],
    ["created", job.createdAt],
    ["updated", job.updatedAt],
    ...(job.retryAt === null ? [] : [["retried at", job.retryAt] as const]),
    ...error,
  ];
}

function counted(count: number | null, unit: string): string {
  return count === null ? "" : `, ${count.toLocaleString("en-US")} ${unit}`;
}

function storesOf({ online, offline }: Job): string {
  return [...(offline ? ["offline"] : []), ...(online ? ["online"] : [])].join("+");
}

function printAttempts(attempts: readonly Attempt[]): string {
  const rows = attempts.map((attempt) => [
    String(attempt.number),
    attempt.state,
    attempt.startedAt,
    attempt.endedAt ?? "",
    attempt.workerId,
    attempt.rows === null ? "" : String(attempt.rows),
    attempt.error === null ? "" : `${attempt.error.code}: ${attempt.error.message}`,
  ]);
  return printTable(["ATTEMPT", "STATE", "STARTED", "ENDED", "WORKER", "ROWS", "ERROR"], rows);
}
