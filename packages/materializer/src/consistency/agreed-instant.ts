import {
  answeredAt,
  bound,
  edge,
  formatInstant,
  mergeRanges,
  micros,
  TeselaError,
  type CompiledView,
  type EpochMicros,
  type TimeRange,
} from "@tesela/core";
import type { Marker } from "@tesela/online-store";

/** What a comparison goes by. */
export interface AgreedOn {
  /** The instant that was asked for; `null`: the greatest that both sides answer. */
  readonly asked: EpochMicros | null;
  readonly now: EpochMicros;
  readonly marker: Marker | null;
  /** What is live of the offline store; `null` where history is read from the source. */
  readonly live: readonly TimeRange[] | null;
}

/**
 * The instant at which an online answer and a historical one are the same by TIME T12. Throws `NOT_MATERIALIZED`
 * before the first job, `VALIDATION` for an instant that the online store does not answer.
 */
export function agreedInstant(view: CompiledView, { asked, now, marker, live }: AgreedOn): EpochMicros {
  if (asked !== null && asked > now) throw inTheFuture(asked, now);
  const online = onlineInstant(view, asked ?? now, marker);
  const at = asked === null ? historicalInstant(view, online, live) : online;
  const from = marker?.retainedFrom ?? null;
  if (from !== null && bound(view.time, at) < from) throw tooEarly(view, at, micros(from));
  return at;
}

function onlineInstant(view: CompiledView, now: EpochMicros, marker: Marker | null): EpochMicros {
  if (view.kind !== "batch") return now;
  if (marker === null || marker.edge === null) throw nothingOf(view, "online");
  return answeredAt(view.time, now, micros(marker.edge));
}

/** A feature table has no schedule: what was ingested is all there is. */
function historicalInstant(
  view: CompiledView,
  online: EpochMicros,
  live: readonly TimeRange[] | null,
): EpochMicros {
  if (live === null || view.kind === "table") return online;
  const edgeAt = edge(view.time, mergeRanges(live));
  if (edgeAt === null) throw nothingOf(view, "offline");
  return answeredAt(view.time, online, edgeAt);
}

function inTheFuture(asked: EpochMicros, now: EpochMicros): TeselaError {
  const message = `at is ${formatInstant(asked)}, the platform clock is at ${formatInstant(now)}.`;
  return new TeselaError("VALIDATION", message, { fix: "Give an instant that has come, or none." });
}

function nothingOf({ name }: CompiledView, store: "online" | "offline"): TeselaError {
  const message = `Nothing that answers is materialized ${store} of feature view "${name}", so there is nothing to compare.`;
  return new TeselaError("NOT_MATERIALIZED", message, { fix: `Materialize it ${store}.` });
}

function tooEarly({ name, time }: CompiledView, at: EpochMicros, from: EpochMicros): TeselaError {
  const message = `The online store answers for feature view "${name}" from the bound ${formatInstant(from)} on; ${formatInstant(at)} has the bound ${formatInstant(bound(time, at))}.`;
  return new TeselaError("VALIDATION", message, {
    fix: "Give a later instant, or none. A view that follows the clock is compared now, with its source.",
  });
}
