import { TeselaError, type EpochMicros, type Value } from "@tesela/core";
import type { RealtimeEngine } from "../realtime/realtime-engine.ts";
import type { RealtimeRow } from "../realtime/row-codec.ts";
import type { ServiceRow, ViewOutcome } from "./read-rows.ts";
import type { RequestContext } from "./request-context.ts";
import type { ServedRealtimeView, ServedSource } from "./served-realtime.ts";
import type { ServedService } from "./served-service.ts";

/** Rows whose outcomes are those of a service's reads, and what realtime views need besides. */
export interface RealtimeRows {
  readonly rows: readonly ServiceRow[];
  readonly contexts: readonly RequestContext[];
  readonly engine: RealtimeEngine;
  readonly now: EpochMicros;
}

/** The rows with an outcome for each view that the service shows: realtime views first, as the service has them. */
export async function withRealtime(
  service: ServedService,
  { rows, contexts, engine, now }: RealtimeRows,
): Promise<readonly ServiceRow[]> {
  const computed: (readonly ViewOutcome[])[] = [];
  for (const view of service.realtime) computed.push(await outcomesOf(view, { rows, contexts, engine, now }));
  const stored = service.views.length - service.realtime.length;
  return rows.map((row, index) => ({
    ...row,
    outcomes: [...computed.map((outcomes) => outcomes[index]!), ...row.outcomes.slice(0, stored)],
  }));
}

/** A row that lacks a view which the function reads lacks the function's features too. */
async function outcomesOf(
  { view, sources }: ServedRealtimeView,
  { rows, contexts, engine, now }: RealtimeRows,
): Promise<readonly ViewOutcome[]> {
  const inputs = rows.map((row, index) => inputOf(sources, row, contexts[index] ?? NO_CONTEXT));
  const whole = inputs.flatMap((input) => (input instanceof TeselaError ? [] : [input]));
  const answers = (await engine.map(view, whole)).values();
  return inputs.map((input): ViewOutcome => {
    if (input instanceof TeselaError) return { kind: "lacking", error: input };
    const { values, error } = answers.next().value!;
    if (error !== null) return { kind: "failed", error };
    return { kind: "answered", answer: { values, bound: now, edge: now }, isMissing: false };
  });
}

const NO_CONTEXT: RequestContext = new Map();

function inputOf(
  sources: readonly ServedSource[],
  { outcomes }: ServiceRow,
  context: RequestContext,
): RealtimeRow | TeselaError {
  const values: (readonly Value[])[] = [];
  for (const source of sources) {
    if (source.kind === "request") {
      values.push(source.fields.map(({ name }) => context.get(name) ?? null));
      continue;
    }
    const outcome = outcomes[source.read]!;
    if (outcome.kind === "lacking") return outcome.error;
    if (outcome.kind === "failed") return new TeselaError("INTERNAL", outcome.error);
    values.push(source.indexes.map((index) => outcome.answer.values[index] ?? null));
  }
  return values;
}
