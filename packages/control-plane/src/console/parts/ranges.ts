import type { Coverage } from "@tesela/contract";
import { parseInstant } from "@tesela/core";
import { html, type Html } from "../html.ts";
import { pathOf } from "../paths.ts";
import { RANGE_STATUS, statusOf, type RangeKind } from "./status.ts";
import { tableOf } from "./table.ts";
import { timeOf } from "./time.ts";

type Store = Coverage["offline"];

/** A range of a store, what it is, and the job that it is about. */
interface ShownRange {
  readonly kind: RangeKind;
  readonly startTime: string;
  readonly endTime: string;
  readonly jobId: string | null;
}

const KINDS = Object.keys(RANGE_STATUS) as RangeKind[];
const MOST_SHOWN = 200;
const FULL = 100;

/** What a store holds and what it does not: drawn, and in words. */
export function storeRanges(workspace: string, name: string, store: Store): Html {
  const ranges = KINDS.flatMap((kind) => store[kind].map((range) => shown(kind, range)));
  const sorted = ranges.toSorted((a, b) => (a.startTime < b.startTime ? -1 : 1));
  const more = sorted.length - MOST_SHOWN;
  return html`${drawing(name, ranges)}${tableOf({
    caption: `Ranges of the ${name} store`,
    columns: ["Status", "From", "Until, not included", "Job"],
    rows: sorted.slice(0, MOST_SHOWN).map((range) => rowOf(workspace, range)),
    empty: "Nothing is materialized, and nothing is due.",
  })}${more > 0 ? html`<p class="quiet">and ${more} more ranges.</p>` : null}`;
}

function shown(
  kind: RangeKind,
  range: { readonly startTime: string; readonly endTime: string; readonly jobId?: string },
): ShownRange {
  return { kind, startTime: range.startTime, endTime: range.endTime, jobId: range.jobId ?? null };
}

function rowOf(workspace: string, { kind, startTime, endTime, jobId }: ShownRange): (Html | string)[] {
  const job =
    jobId === null ? "" : html`<a class="id" href="${pathOf("job", { workspace, job: jobId })}">${jobId}</a>`;
  return [statusOf(RANGE_STATUS[kind]), timeOf(startTime), timeOf(endTime), job];
}

/** The ranges along one line of time; the table says the same. Stale ones are drawn over what they are part of. */
function drawing(name: string, ranges: readonly ShownRange[]): Html | null {
  const spans = ranges.map(({ kind, startTime, endTime }) => ({
    kind,
    start: parseInstant(startTime),
    end: parseInstant(endTime),
  }));
  const [first, ...rest] = spans;
  if (first === undefined) return null;
  const start = rest.reduce((least, span) => (span.start < least ? span.start : least), first.start);
  const end = rest.reduce((most, span) => (span.end > most ? span.end : most), first.end);
  const percent = (length: bigint) => ((Number(length) / Number(end - start)) * FULL).toFixed(3);
  const bars = spans.map(
    (span) =>
      html`<rect
        class="${RANGE_STATUS[span.kind].tone}"
        x="${percent(span.start - start)}%"
        y="0"
        width="${percent(span.end - span.start)}%"
        height="100%"
      />`,
  );
  return html`<svg class="ranges" role="img" aria-label="Ranges of the ${name} store; the table tells them">
    ${bars}
  </svg> `;
}
