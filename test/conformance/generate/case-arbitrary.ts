import fc from "fast-check";
import { oracle } from "../../oracle/oracle.ts";
import { printValue } from "../case/compare.ts";
import { featureTypes } from "../case/definitions.ts";
import type { Case } from "../case/case.ts";
import { parseCase } from "../case/parse-case.ts";
import type { CaseJson } from "../case/schema.ts";
import { instantText, viewArbitrary, type GridView } from "./view-arbitrary.ts";

type Row = CaseJson["events"][number];

/** A generated case: as a file would hold it, and read. */
export interface GeneratedCase {
  readonly json: CaseJson;
  readonly case: Case;
}

/** Random batch cases with few keys and few instants that collide near grid points; the oracle says what is right. */
export const caseArbitrary: fc.Arbitrary<GeneratedCase> = viewArbitrary.chain((grid) =>
  fc
    .record({
      events: fc.array(eventArbitrary(grid), { maxLength: 30, size: "max" }),
      spine: fc.array(spineArbitrary(grid), { minLength: 1, maxLength: 6 }),
    })
    .map(({ events, spine }) => withExpectations(grid, events, spine)),
);

function withExpectations({ view }: GridView, events: readonly Row[], spine: readonly Row[]): GeneratedCase {
  return withAnswers({
    id: "generated",
    title: "a generated case",
    view,
    events: [...events],
    spine: [...spine],
    timestampKey: "t",
    options: {},
    expect: [],
    paths: ["source", "offline", "online"],
  });
}

/** A case with what the oracle expects, whatever it expected before. */
export function withAnswers(draft: CaseJson): GeneratedCase {
  const parsed = read({ ...draft, expect: (draft.spine ?? []).map(() => ({})) });
  const types = featureTypes(parsed);
  const answers = oracle(parsed.view, parsed.events, parsed.spine, parsed.timestampKey);
  const expect = answers.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, printValue(value, types.get(name)!)]),
    ),
  );
  return { json: { ...draft, expect }, case: { ...parsed, expect: answers } };
}

function read(json: CaseJson): Case {
  const parsed = parseCase(json);
  if (parsed.kind === "case") return parsed.case;
  throw new Error(`A generated case is not valid: ${parsed.reason} ${JSON.stringify(json)}`);
}

const VALUES = {
  int64: fc.oneof(
    fc.integer({ min: -5, max: 5 }),
    fc.constantFrom("9007199254740993", "-9007199254740993", "4611686018427387904", "9223372036854775807"),
  ),
  float64: fc.oneof(
    fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
    fc.constantFrom(-0, 1e17, "NaN", "Infinity", "-Infinity"),
  ),
  string: fc.constantFrom("", "a", "A", "7", "007", "é", "\uFF5E", "😀", "o'k", '"'),
  bool: fc.boolean(),
  timestamp: fc.constantFrom(
    "2024-01-01T00:00:00Z",
    "1969-12-31T23:59:59.999999Z",
    "2024-01-01T00:00:00.000001Z",
  ),
} as const;

const KEYS = {
  int64: fewOf("9007199254740993", ["9007199254740992", 1, null]),
  string: fewOf("1", ["12", "23", "3", "007", "7", "", null]),
} as const;

/** Mostly one value, so that events and questions meet. */
function fewOf(usual: Row[string], others: readonly Row[string][]): fc.Arbitrary<Row[string]> {
  return fc.oneof(
    { arbitrary: fc.constant(usual), weight: 6 },
    { arbitrary: fc.constantFrom(...others), weight: 1 },
  );
}

/** Near a grid point of the interval: on it, a microsecond off, or between. */
function instant({ center, interval, schedule }: GridView, from: number, to: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.integer({ min: from, max: to }).map(BigInt),
      fc.constantFrom(schedule, schedule, interval),
      fc.constantFrom(0n, 0n, 0n, -1n, 1n, interval / 2n),
    )
    .map(([steps, step, off]) => instantText(center + steps * step + off));
}

function keyFields(joinKeys: CaseJson["view"]["joinKeys"]): Record<string, fc.Arbitrary<Row[string]>> {
  const fields: Record<string, fc.Arbitrary<Row[string]>> = {};
  for (const [name, type] of Object.entries(joinKeys)) fields[name] = KEYS[type];
  return fields;
}

function eventArbitrary(grid: GridView): fc.Arbitrary<Row> {
  const { joinKeys, columns } = grid.view;
  return fc.record({
    ...keyFields(joinKeys),
    ts: rarelyNull(instant(grid, -5, 4)),
    made: rarelyNull(
      fc.constantFrom("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.000001Z", "1960-01-01T00:00:00Z"),
    ),
    id: rarelyNull(fc.constantFrom("x", "y", "")),
    v: rarelyNull<Row[string]>(VALUES[columns["v"]!]),
    w: rarelyNull<Row[string]>(VALUES[columns["w"]!]),
  });
}

function spineArbitrary(grid: GridView): fc.Arbitrary<Row> {
  return fc.record({ ...keyFields(grid.view.joinKeys), t: rarelyNull(instant(grid, -1, 7)) });
}

function rarelyNull<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> {
  return fc.option(arbitrary, { freq: 15 });
}
