import type { Attempt, Job, JobLogLine } from "@tesela/contract";
import { isFinal, nextJobState } from "@tesela/core";
import type { BrowserSession } from "../../access/session.ts";
import { html, type Html } from "../html.ts";
import { csrfField } from "../page.ts";
import { storesOf } from "../parts/jobs.ts";
import { attemptStatusOf, jobStatusOf } from "../parts/status.ts";
import { listOf, tableOf } from "../parts/table.ts";
import { momentOf, timeOf } from "../parts/time.ts";
import { pathOf } from "../paths.ts";

/** All that the page of a job tells. */
export interface ShownJob {
  readonly job: Job;
  readonly logs: readonly JobLogLine[];
  readonly session: BrowserSession;
}

/** The page of a job: its state, what can be done about it, its attempts and what they logged. */
export function jobBody({ job, logs, session }: ShownJob): Html {
  const view = pathOf("featureView", { workspace: job.workspace, view: job.featureView });
  return html`${listOf([
      ["State", jobStatusOf(job.state)],
      ["Error", job.error === null ? null : html`<strong>${job.error.code}</strong>: ${job.error.message}`],
      ["Tried again", job.retryAt === null ? null : momentOf(job.retryAt)],
      ["Progress", progressOf(job)],
      ["Feature view", html`<a href="${view}">${job.featureView}</a>`],
      ["Type", `${job.type}${job.overwrite ? ", overwrites" : ""}`],
      ["Made by", job.trigger],
      ["From", timeOf(job.startTime)],
      ["Until, not included", timeOf(job.endTime)],
      ["Stores", storesOf(job)],
      ["Managed retries", job.useManagedRetries ? "yes" : "no"],
      ["Rejected rows", job.rejectedRows],
      ["Made", momentOf(job.createdAt)],
      ["Changed", momentOf(job.updatedAt)],
    ])}${actionsOf(job, session)}
    <h2>Attempts</h2>
    ${attemptsTable(job.attempts)}
    <h2>Logs</h2>
    ${logsOf(job.attempts, logs)}`;
}

/** A bar where the fraction is known, and the same in words. */
function progressOf({ progress: { phase, fraction, rows }, state }: Job): Html {
  const percent = fraction === null ? null : Math.round(fraction * 100);
  const words = [
    phase,
    ...(percent === null ? [] : [`${percent} %`]),
    ...(rows === null ? [] : [`${rows} rows`]),
  ];
  const bar =
    percent === null || isFinal(state)
      ? null
      : html`<progress max="100" value="${percent}" aria-label="Progress of the job"></progress><br />`;
  return html`${bar}${words.join(", ")}`;
}

/** What its state and the key allow. */
function actionsOf(job: Job, session: BrowserSession): Html | null {
  if (session.key.role !== "admin") return null;
  const form = (page: "cancelJob" | "retryJob", label: string) =>
    html`<form method="post" action="${pathOf(page, { workspace: job.workspace, job: job.id })}">
      ${csrfField(session)}<button>${label}</button>
    </form>`;
  const isCancellable = !isFinal(job.state) && job.state !== "MANUAL_CANCELLATION_REQUESTED";
  const actions = [
    ...(isCancellable ? [form("cancelJob", "Cancel the job")] : []),
    ...(nextJobState(job.state, "retry") === null ? [] : [form("retryJob", "Try the job again")]),
  ];
  return actions.length === 0 ? null : html`<div class="actions">${actions}</div> `;
}

function attemptsTable(attempts: readonly Attempt[]): Html {
  return tableOf({
    caption: "Attempts",
    columns: ["Number", "State", "Began", "Ended", "Worker", "Rows", "Error"],
    rows: attempts.map(({ number, state, startedAt, endedAt, workerId, rows, error }) => [
      number,
      attemptStatusOf(state),
      momentOf(startedAt),
      momentOf(endedAt),
      html`<span class="id">${workerId}</span>`,
      rows ?? "",
      error === null ? "" : `${error.code}: ${error.message}`,
    ]),
    empty: "No worker has taken the job yet.",
  });
}

function logsOf(attempts: readonly Attempt[], logs: readonly JobLogLine[]): Html {
  const logged = attempts.filter(({ number }) => logs.some(({ attempt }) => attempt === number));
  if (logged.length === 0) return html`<p class="quiet">Nothing has been logged.</p>`;
  const blocks = logged.map(({ number }) => {
    const lines = logs.filter(({ attempt }) => attempt === number);
    const text = lines.map(({ at, level, message }) => `${at}  ${level.padEnd(5)}  ${message}`).join("\n");
    return html`<h3>Attempt ${number}</h3>
      <pre tabindex="0" aria-label="Log of attempt ${number}"><code>${text}</code></pre> `;
  });
  return html`${blocks}`;
}
