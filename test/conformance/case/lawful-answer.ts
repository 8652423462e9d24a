import { oracle } from "../../oracle/oracle.ts";
import { rangeOracle } from "../../oracle/range.ts";
import { OVERFLOW } from "../../oracle/raw-view.ts";
import { refusal } from "../../oracle/refusal.ts";
import type { Case, Expectation } from "./case.ts";

/**
 * What the oracle says that a case must be answered, whatever the case expects. An overflow fails a range read; of a
 * spine it stays in its row, for online the other rows are answered.
 */
export function lawfulAnswer({ view, events, question, options }: Omit<Case, "expect">): Expectation {
  if (refusal(view, options) !== null) return { kind: "failure", code: "VALIDATION" };
  if (question.kind === "range") {
    const rows = rangeOracle(view, events, question, options);
    const overflows = rows.some((row) => Object.values(row).includes(OVERFLOW));
    return overflows ? { kind: "failure", code: "VALUE_ERROR" } : { kind: "range", rows };
  }
  const rows = oracle(view, events, question.rows, question.timestampKey, options);
  return rows === "missing" ? { kind: "failure", code: null } : { kind: "spine", rows };
}
