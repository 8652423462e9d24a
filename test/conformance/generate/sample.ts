import fc from "fast-check";
import type { GeneratedCase } from "./answered.ts";
import { caseArbitrary } from "./case-arbitrary.ts";

/** The same cases for the same seed, each with an id of its own. */
export function sampleCases(count: number, seed: number): GeneratedCase[] {
  return fc.sample(caseArbitrary, { numRuns: count, seed }).map((one, index) => {
    const id = `generated-${seed}-${index}`;
    return { json: { ...one.json, id }, case: { ...one.case, id } };
  });
}
