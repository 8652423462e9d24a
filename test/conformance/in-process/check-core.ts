import { OVERFLOW } from "../../oracle/raw-view.ts";
import { isSameRow, printRow } from "../case/compare.ts";
import type { Case } from "../case/case.ts";
import type { CoreSession } from "./core-session.ts";
import { runCore } from "./run-core.ts";

/** What core's SQL gets wrong about a case, a line each. */
export async function mistakesOfCore(
  session: CoreSession,
  one: Case,
  pieceGrains?: number,
): Promise<string[]> {
  if (mustOverflow(one)) return overflowMistakes(session, one);
  const answers = await runCore(session, one, pieceGrains);
  return (["source", "offline"] as const).flatMap((path) => {
    const got = answers[path];
    if (got.length !== one.expect.length) return [`${path}: ${got.length} rows of ${one.expect.length}`];
    return one.expect.flatMap((expected, row) => {
      if (isSameRow(expected, got[row]!)) return [];
      return [
        `${path} row ${row}: expected ${printRow(one.view, expected)}, got ${printRow(one.view, got[row]!)}`,
      ];
    });
  });
}

/** Whether a sum of the case does not fit its type, so that a historical read must fail (TIME T6). */
export function mustOverflow({ expect }: Pick<Case, "expect">): boolean {
  return expect.some((row) => Object.values(row).includes(OVERFLOW));
}

async function overflowMistakes(session: CoreSession, one: Case): Promise<string[]> {
  try {
    await runCore(session, one);
  } catch (error) {
    return String(error).includes("Conversion Error") ? [] : [`an overflow failed as ${String(error)}`];
  }
  return ["an overflow did not fail"];
}
