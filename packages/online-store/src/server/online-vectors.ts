import type { OnlineVectors, WireFeature } from "@tesela/contract";
import { formatInstant, type EpochMicros } from "@tesela/core";
import type { ServiceRow, ViewOutcome } from "./read-rows.ts";
import type { ServedService } from "./served-service.ts";
import type { ShownView } from "./service-view.ts";

/** The answer to an online read of several rows: features by name. */
export function onlineVectors(
  service: ServedService,
  rows: readonly ServiceRow[],
  now: EpochMicros,
): OnlineVectors {
  const views = service.views.map((view, index) => [view.name, instantsOf(rows, index)] as const);
  return {
    vectors: rows.map((row) => vectorOf(service.views, row)),
    metadata: { at: formatInstant(now), views: Object.fromEntries(views) },
  };
}

type Vector = OnlineVectors["vectors"][number];

function vectorOf(views: readonly ShownView[], { outcomes }: ServiceRow): Vector {
  const features: [string, WireFeature][] = [];
  const lacking: [string, NonNullable<Vector["lacking"]>[string]][] = [];
  for (const [at, view] of views.entries()) {
    const outcome = outcomes[at]!;
    for (const { name, encode, index } of view.features) {
      const value = outcome.kind === "answered" ? (outcome.answer.values[index] ?? null) : null;
      features.push([name, encode(value)]);
      if (outcome.kind !== "answered") lacking.push([name, whyOf(outcome)]);
    }
  }
  const vector = { features: Object.fromEntries(features) };
  return lacking.length === 0 ? vector : { ...vector, lacking: Object.fromEntries(lacking) };
}

function whyOf(outcome: Exclude<ViewOutcome, { kind: "answered" }>): NonNullable<Vector["lacking"]>[string] {
  if (outcome.kind === "failed") return "VALUE_ERROR";
  return outcome.error.code === "TIMEOUT" ? "TIMEOUT" : "UNAVAILABLE";
}

/** Rows of one read are of one instant; where a view could not be had for the first row, the next one tells. */
function instantsOf(rows: readonly ServiceRow[], view: number): OnlineVectors["metadata"]["views"][string] {
  const answered = rows.map(({ outcomes }) => outcomes[view]!).find(({ kind }) => kind === "answered");
  if (answered?.kind !== "answered") return { edge: null, effectiveTime: null };
  const { bound, edge } = answered.answer;
  return { edge: print(edge), effectiveTime: print(bound) };
}

function print(instant: EpochMicros | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
