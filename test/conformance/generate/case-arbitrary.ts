import fc from "fast-check";
import type { CaseJson, RowJson } from "../case/schema.ts";
import { withAnswers, type GeneratedCase } from "./answered.ts";
import { tamenessOf } from "./features-arbitrary.ts";
import { instantsNear, instantText } from "./grid.ts";
import { optionsArbitrary } from "./options-arbitrary.ts";
import { keyFields, rarelyNull, valuesOf } from "./values.ts";
import { viewArbitrary, type GridView } from "./view-arbitrary.ts";

type Asked = Pick<CaseJson, "spine" | "range" | "options">;

/** Random cases of every kind with few keys and few instants that collide near grid points; the oracle says what is right. */
export const caseArbitrary: fc.Arbitrary<GeneratedCase> = viewArbitrary.chain((grid) =>
  fc
    .record({
      events: fc.array(eventArbitrary(grid), { maxLength: 30, size: "max" }),
      asked: fc.oneof(
        { arbitrary: spineArbitrary(grid), weight: 3 },
        { arbitrary: rangeArbitrary(grid), weight: canBeRange(grid) ? 1 : 0 },
      ),
    })
    .map(({ events, asked }) => withAnswers(draftOf(grid, events, asked))),
);

function draftOf({ view }: GridView, events: RowJson[], asked: Asked): CaseJson {
  const isPlain = asked.spine !== undefined && Object.keys(asked.options).length === 0;
  return {
    id: "generated",
    title: "a generated case",
    view,
    events,
    ...asked,
    timestampKey: "t",
    expect: [],
    paths: isPlain ? ["source", "offline", "online"] : ["source", "offline"],
  };
}

/** Whether two neighbours of a range read are equal must not depend on the error of a sketch. */
function canBeRange({ view }: GridView): boolean {
  return view.features.every((feature) => "attribute" in feature || !feature.function.startsWith("approx"));
}

function eventArbitrary(grid: GridView): fc.Arbitrary<RowJson> {
  const { joinKeys, columns, features } = grid.view;
  return fc.record({
    ...keyFields(joinKeys),
    ts: rarelyNull(instantsNear(grid, -5, 4).map(instantText)),
    made: rarelyNull(
      fc.oneof(instantsNear(grid, -3, 7).map(instantText), fc.constant("1960-01-01T00:00:00Z")),
    ),
    id: rarelyNull(fc.constantFrom("x", "y", "")),
    v: rarelyNull<RowJson[string]>(valuesOf(columns["v"]!, tamenessOf(features, "v"))),
    w: rarelyNull<RowJson[string]>(valuesOf(columns["w"]!, tamenessOf(features, "w"))),
  });
}

function spineArbitrary(grid: GridView): fc.Arbitrary<Asked> {
  const t = rarelyNull(instantsNear(grid, -1, 7).map(instantText));
  const row = fc.record({ ...keyFields(grid.view.joinKeys), t });
  return fc.record({
    spine: fc.array(row, { minLength: 1, maxLength: 6 }),
    options: optionsArbitrary(grid, false),
  });
}

function rangeArbitrary(grid: GridView): fc.Arbitrary<Asked> {
  const range = fc
    .tuple(instantsNear(grid, -6, 3), instantsNear(grid, -3, 9))
    .map(([a, b]) => (a < b ? [a, b] : [b, a + 1n]))
    .map(([start, end]) => ({ startTime: instantText(start!), endTime: instantText(end!) }));
  return fc.record({ range, options: optionsArbitrary(grid, true) });
}
