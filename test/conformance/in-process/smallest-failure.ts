import { caseOfJson, type GeneratedCase } from "../generate/answered.ts";
import { withoutOne } from "../generate/smaller.ts";
import { mistakesOfCore } from "./check-core.ts";
import type { CoreSession } from "./core-session.ts";
import type { CoreOptions } from "./run-core.ts";

/**
 * Takes one thing after the other from a case that fails, for as long as it still fails. Gives the text of a case
 * file, and what is wrong about it; null where the case does not fail.
 */
export async function smallestFailure(
  session: CoreSession,
  { json }: GeneratedCase,
  options: CoreOptions = {},
): Promise<string | null> {
  const failing = async (candidate: typeof json): Promise<readonly string[]> =>
    mistakesOfCore(session, caseOfJson(candidate), options).catch((error: unknown) => [String(error)]);
  let [smallest, mistakes] = [json, await failing(json)];
  if (mistakes.length === 0) return null;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const candidate of withoutOne(smallest)) {
      const found = await failing(candidate);
      if (found.length === 0) continue;
      [smallest, mistakes, isSmaller] = [candidate, found, true];
      break;
    }
  }
  return `${mistakes.join("\n")}\nto be kept in test/regressions:\n${JSON.stringify([smallest])}`;
}
