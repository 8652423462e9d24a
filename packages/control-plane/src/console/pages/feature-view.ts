import type { Coverage, Job } from "@tesela/contract";
import { duration, formatDuration } from "@tesela/core";
import type { AppliedView } from "../../workspace/applied-view.ts";
import { html, type Html } from "../html.ts";
import { definitionOf } from "../parts/definition.ts";
import { featuresTable } from "../parts/features.ts";
import { jobsTable } from "../parts/jobs.ts";
import { descriptionOf } from "../parts/metadata.ts";
import { storeRanges } from "../parts/ranges.ts";
import { listOf } from "../parts/table.ts";
import { momentOf, timeOf } from "../parts/time.ts";

/** All that the page of a view tells. */
export interface ShownView {
  readonly workspace: string;
  readonly view: AppliedView;
  readonly coverage: Coverage;
  /** The newest first. */
  readonly jobs: readonly Job[];
}

const SECOND = 1_000_000;

/** The page of a feature view: what it is, what is materialized of it, its jobs, and how fresh it is. */
export function featureViewBody({ workspace, view, coverage, jobs }: ShownView): Html {
  const { definition, compiled } = view;
  const store = (name: "offline" | "online") =>
    definition[name]
      ? html`<h3>${name === "offline" ? "Offline" : "Online"} store</h3>
          ${storeRanges(workspace, name, coverage[name])}`
      : html`<h3>${name === "offline" ? "Offline" : "Online"} store</h3>
          <p class="quiet">The view is not kept ${name}.</p>`;
  return html`${descriptionOf(definition)}
    <h2 id="freshness">Freshness</h2>
    ${freshnessOf(coverage)}
    <h2 id="ranges">What is materialized</h2>
    ${store("offline")}${store("online")}
    <h2 id="jobs">Jobs</h2>
    ${jobsTable(workspace, jobs)}
    <h2 id="features">Features</h2>
    ${featuresTable(compiled)}
    <h2 id="definition">Definition</h2>
    ${definitionOf(view)}`;
}

function freshnessOf(coverage: Coverage): Html {
  const { offline, online, scheduleError } = coverage;
  return html`${scheduleError === null ? null : noticeOf(scheduleError)}${listOf([
    ["Platform clock", momentOf(coverage.now)],
    ["Newest commit", momentOf(coverage.latestCommitAt)],
    ["Offline until", edgeOf(offline)],
    ["Online until", edgeOf(online)],
    ["Sources compared", momentOf(coverage.sourcesSeenAt)],
  ])}`;
}

/** How far a store is, how far it should be, and how far it is behind. */
function edgeOf({ edge, expectedEdge, lagSeconds }: Coverage["offline"]): Html {
  if (expectedEdge === null) return timeOf(edge);
  if (lagSeconds === 0) return html`${timeOf(edge)} — as expected`;
  const behind =
    lagSeconds === null
      ? ""
      : `, ${formatDuration(duration(BigInt(Math.round(lagSeconds * SECOND))))} behind`;
  return html`${timeOf(edge)} — expected ${timeOf(expectedEdge)}${behind}`;
}

function noticeOf({ code, message, failedAt }: NonNullable<Coverage["scheduleError"]>): Html {
  return html`<div class="notice">
    <p><strong>The schedule makes no jobs.</strong> ${code}: ${message} (${momentOf(failedAt)})</p>
  </div> `;
}
