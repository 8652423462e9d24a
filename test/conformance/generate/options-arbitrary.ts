import fc from "fast-check";
import type { CaseJson } from "../case/schema.ts";
import { lengthText } from "./grid.ts";
import type { GridView } from "./view-arbitrary.ts";

/** The fences that a read of the view may have (TIME T11, T14); mostly none. */
export function optionsArbitrary(
  { view, schedule }: GridView,
  isRange: boolean,
): fc.Arbitrary<CaseJson["options"]> {
  const embargoes = [0n, 1n, schedule / 3n, schedule, 2n * schedule + 1n];
  const some = fc.constantFrom(...embargoes).chain((embargo) => {
    const reach = fc
      .constantFrom(1n, schedule / 2n, schedule, 3n * schedule)
      .map((more) => lengthText(embargo + more));
    const isAttributes = view.features.some((feature) => "attribute" in feature);
    return fc.record(
      {
        embargo: fc.constant(lengthText(embargo)),
        join: fc.constant("inclusive"),
        ...(isAttributes ? { maxLookback: reach, maxStaleness: reach } : {}),
        ...(isRange ? {} : { onMissing: fc.constantFrom("skip", "null", "error") }),
        ...(view.createdTimestampField === undefined ? {} : { knownAt: fc.constant("event") }),
      },
      { requiredKeys: ["embargo"] },
    );
  });
  return fc.oneof({ arbitrary: fc.constant({}), weight: 1 }, { arbitrary: some, weight: 1 });
}
