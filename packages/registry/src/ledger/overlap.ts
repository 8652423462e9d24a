import { formatRange, mergeRanges, micros, TeselaError, type TimeRange } from "@tesela/core";
import type { Queries } from "../database/database.ts";
import { statement, type Statement } from "../database/statement.ts";
import type { TriggerCommand } from "../types/job.ts";
import type { Store } from "../types/ledger.ts";
import { storesOf } from "./stores.ts";

/** What a job is about to write. */
export type WantedRange = Pick<
  TriggerCommand,
  "generationId" | "view" | "range" | "online" | "offline" | "overwrite"
>;

interface Overlap {
  readonly state: "reserved" | "live";
  readonly jobId: string;
  readonly store: Store;
  readonly start: bigint;
  readonly end: bigint;
}

/** Throws `CONFLICT` on overlap with an active job, `VALIDATION` with successful ranges unless they may be overwritten. */
export async function refuseOverlap(tx: Queries, command: WantedRange): Promise<void> {
  const found = await overlaps(tx, command);
  const active = found.find(({ state }) => state === "reserved");
  if (active !== undefined) throw overlapsActive(command, active);
  if (command.overwrite) return;
  const live = found.filter(({ state }) => state === "live");
  if (live.length > 0) throw overlapsLive(command, live);
}

/** The condition that `refuseOverlap` does not throw. */
export function freeOf(command: WantedRange): Statement {
  const overlapping = overlappingOf(command);
  return statement`
    not exists (select from range where state = 'reserved' and ${overlapping})
      and (
        ${command.overwrite}::boolean
        or not exists (select from range where state = 'live' and ${overlapping})
      )`;
}

function overlappingOf({ generationId, range, ...command }: WantedRange): Statement {
  return statement`
    generation_id = ${generationId}
      and store = any(${storesOf(command)})
      and during && int8range(${range.start}, ${range.end})`;
}

/** One look at each of two partial indexes, which only a written state can use. */
function overlaps(tx: Queries, command: WantedRange): Promise<Overlap[]> {
  const overlapping = overlappingOf(command);
  return tx.rows(statement`
    select state, job_id as "jobId", store, lower(during) as start, upper(during) as end
    from range
    where state = 'reserved' and ${overlapping}
    union all
    select state, job_id, store, lower(during), upper(during)
    from range
    where state = 'live' and ${overlapping}
    order by state, start, store`);
}

function overlapsActive(command: WantedRange, active: Overlap): TeselaError {
  return new TeselaError(
    "CONFLICT",
    `${formatRange(command.range)} of view "${command.view}" overlaps ${formatRange(rangeOf(active))}, ` +
      `which job ${active.jobId} is materializing.`,
    { fix: "Wait for that job or cancel it.", details: { jobId: active.jobId } },
  );
}

function overlapsLive(command: WantedRange, live: readonly Overlap[]): TeselaError {
  const found = storesOf(command).flatMap((store) => {
    const ranges = mergeRanges(live.filter((one) => one.store === store).map(rangeOf));
    return ranges.length === 0 ? [] : [`${ranges.map(formatRange).join(", ")} (${store})`];
  });
  return new TeselaError(
    "VALIDATION",
    `${formatRange(command.range)} of view "${command.view}" overlaps what is materialized already: ${found.join("; ")}.`,
    { fix: "Choose a range outside, or pass overwrite: true to materialize it again." },
  );
}

function rangeOf({ start, end }: Overlap): TimeRange {
  return { start: micros(start), end: micros(end) };
}
