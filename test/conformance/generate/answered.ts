import { DROPPED } from "../../oracle/oracle.ts";
import type { Case, Expectation } from "../case/case.ts";
import { printedRow } from "../case/compare.ts";
import { lawfulAnswer } from "../case/lawful-answer.ts";
import { parseCase } from "../case/parse-case.ts";
import { rangeTypes } from "../case/parse-expectation.ts";
import type { CaseJson } from "../case/schema.ts";

/** A generated case: as a file would hold it, and read. */
export interface GeneratedCase {
  readonly json: CaseJson;
  readonly case: Case;
}

/** A case with what the oracle expects, whatever it expected before. */
export function withAnswers(draft: CaseJson): GeneratedCase {
  const parsed = caseOfJson({ ...draft, expect: (draft.spine ?? []).map(() => ({})) });
  const expect = lawfulAnswer(parsed);
  return { json: { ...draft, expect: jsonOf(expect, parsed) }, case: { ...parsed, expect } };
}

/** The case that a JSON case is; throws where it is none, for the JSON is one that was generated. */
export function caseOfJson(json: CaseJson): Case {
  const parsed = parseCase(json);
  if (parsed.kind === "case") return parsed.case;
  throw new Error(`A generated case is not valid: ${parsed.reason} ${JSON.stringify(json)}`);
}

function jsonOf(expect: Expectation, { view, keys }: Case): CaseJson["expect"] {
  if (expect.kind === "failure") return expect.code === null ? "error" : { error: expect.code };
  const types = rangeTypes(view, keys);
  return expect.rows.map((row) => (row === DROPPED ? row : printedRow(types, row))) as CaseJson["expect"];
}
