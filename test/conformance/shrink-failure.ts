import { caseOfJson, type GeneratedCase } from "./generate/answered.ts";
import { withoutOne } from "./generate/smaller.ts";
import { runConformance, type ConformanceOptions } from "./run-conformance.ts";

const ROUNDS = 12;

/**
 * Makes a failing generated case smaller: again and again all cases that have one thing less are run
 * together, and the first that still fails is kept. Gives the smallest as the text of a case file.
 */
export async function shrinkFailure(
  { json }: GeneratedCase,
  seed: number,
  options: ConformanceOptions,
): Promise<string> {
  let smallest = json;
  for (let round = 0; round < ROUNDS; round++) {
    const smaller = withoutOne(smallest).map((one, index) => ({ ...one, id: `smaller-${index}` }));
    if (smaller.length === 0) break;
    const cases = smaller.map((one) => ({ kind: "case" as const, case: caseOfJson(one) }));
    const { results } = await runConformance(cases, options);
    const failed = smaller.find(({ id }) => results.some((one) => one.id === id && one.mistakes.length > 0));
    if (failed === undefined) break;
    smallest = failed;
  }
  const kept = {
    ...smallest,
    id: `${json.id}-shrunk`,
    title: `a generated case of seed ${seed} that once failed`,
  };
  return `shrunk, to be kept in test/regressions:\n${JSON.stringify([kept])}`;
}
