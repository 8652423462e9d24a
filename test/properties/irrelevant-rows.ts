import type { Case, Question } from "../conformance/case/case.ts";
import type { RawRow } from "../oracle/raw-view.ts";

const DAY = 86_400_000_000n;

/**
 * The case with rows that no answer may show: of the future, with null keys or instants, and where a spine is asked
 * of keys that it does not have. The columns are those of the case's own events.
 */
export function withIrrelevantRows(one: Case): Case {
  const { events, view, keys, question } = one;
  const late = lastInstant(question) + DAY;
  const future = events.map((row, index) => ({ ...row, [view.timestampField]: late + BigInt(index) }));
  const keyless = events.map((row) => ({ ...row, [view.joinKeys.at(-1)!]: null }));
  const timeless = events.map((row) => ({ ...row, [view.timestampField]: null }));
  const stranger = Object.fromEntries(
    keys.map(({ name, type }) => [name, type === "int64" ? -77n : "stranger"]),
  );
  const strangers = question.kind === "spine" ? events.map((row): RawRow => ({ ...row, ...stranger })) : [];
  return { ...one, events: [...future, ...strangers, ...events, ...keyless, ...timeless] };
}

function lastInstant(question: Question): bigint {
  if (question.kind === "range") return question.end;
  const asked = question.rows.map((row) => row[question.timestampKey] as bigint | null);
  return asked.reduce<bigint>((last, at) => (at !== null && at > last ? at : last), 0n);
}
