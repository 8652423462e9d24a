import type { Case } from "../case/case.ts";
import { rowMistakes } from "../case/mistakes.ts";
import { mustOverflow } from "../case/parse-expectation.ts";
import type { Mistake } from "../result.ts";
import type { CoreSession } from "./core-session.ts";
import { MISSING, OVERFLOWED } from "./result-rows.ts";
import { runCore, type CoreOptions } from "./run-core.ts";

/** What core's SQL gets wrong about a case, a line each. Reads that are refused before there is SQL say nothing. */
export async function mistakesOfCore(
  session: CoreSession,
  one: Case,
  options: CoreOptions = {},
): Promise<string[]> {
  const { expect } = one;
  if (expect.kind === "failure" && expect.code === "VALIDATION") return [];
  if (expect.kind === "failure") return failureMistakes(session, one, options, [MISSING, OVERFLOWED]);
  if (mustOverflow(expect)) return failureMistakes(session, one, options, [OVERFLOWED]);
  const answers = await runCore(session, one, options);
  return (["source", "offline"] as const).flatMap((path) =>
    rowMistakes(one, answers[path]).map((mistake) => printMistake(path, mistake)),
  );
}

function printMistake(path: string, { row, expected, got }: Mistake): string {
  return `${path}${row === null ? "" : ` row ${row}`}: expected ${expected}, got ${got}`;
}

async function failureMistakes(
  session: CoreSession,
  one: Case,
  options: CoreOptions,
  reasons: readonly string[],
): Promise<string[]> {
  try {
    await runCore(session, one, options);
  } catch (error) {
    const isMeant = reasons.some((reason) => String(error).includes(reason));
    return isMeant ? [] : [`expected ${reasons.join(" or ")}, failed as ${String(error)}`];
  }
  return [`expected ${reasons.join(" or ")}, got rows`];
}
