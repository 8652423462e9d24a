import { describe, expect, test } from "vitest";
import type { Case, ParsedCase } from "../conformance/case/case.ts";
import { lawfulAnswer } from "../conformance/case/lawful-answer.ts";
import { rowMistakes } from "../conformance/case/mistakes.ts";
import { readCases } from "../conformance/case/read-files.ts";
import { DROPPED } from "./oracle.ts";

const cases = await readCases([new URL("../conformance/cases", import.meta.url).pathname]);

describe("the oracle answers every case as the law was reasoned by hand", () => {
  test.each(cases.map((parsed) => [titleOf(parsed), parsed] as const))("%s", (_, parsed) => {
    expect(parsed.kind === "refused" ? [parsed.reason] : disagreements(parsed.case)).toEqual([]);
  });
});

function titleOf(parsed: ParsedCase): string {
  return parsed.kind === "case" ? `${parsed.case.id}: ${parsed.case.title}` : parsed.id;
}

function disagreements(one: Case): readonly unknown[] {
  const answer = lawfulAnswer(one);
  if (one.expect.kind === "failure") {
    const isSame = answer.kind === "failure" && (one.expect.code ?? answer.code) === answer.code;
    return isSame ? [] : [{ expected: one.expect, got: answer }];
  }
  if (answer.kind === "failure") return [{ expected: "rows", got: answer }];
  const rows = answer.rows.flatMap((row) => (row === DROPPED ? [] : [row]));
  return rowMistakes(one, rows);
}

test("every rule of time that concerns reading has cases, each with an id of its own", () => {
  const rules = Array.from({ length: 16 }, (_, index) => `T${index + 1}`);
  const ids = cases.map((one) => (one.kind === "case" ? one.case.id : one.id));
  expect(rules.filter((rule) => !ids.some((id) => id.startsWith(`${rule}-`)))).toEqual([]);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
});
