import { parseDuration, parseInstant } from "@tesela/core";
import { describe, expect, test } from "vitest";
import { readCases } from "../conformance/case/read-files.ts";
import { isSameRow, printRow } from "../conformance/case/compare.ts";
import { oracle } from "./oracle.ts";
import type { RawFeature, RawRow, RawView } from "./raw-view.ts";

const cases = await readCases([new URL("../conformance/cases", import.meta.url).pathname]);

describe("the oracle answers every case as the law was reasoned by hand", () => {
  for (const parsed of cases) {
    if (parsed.kind !== "case") continue;
    const { id, title, view, events, spine, timestampKey, expect: expected } = parsed.case;
    test(`${id}: ${title}`, () => {
      const answers = oracle(view, events, spine, timestampKey);
      const wrong = answers.flatMap((got, row) =>
        isSameRow(expected[row]!, got)
          ? []
          : [`row ${row}: ${printRow(view, expected[row]!)} is ${printRow(view, got)}`],
      );
      expect(wrong).toEqual([]);
    });
  }
});

test("every rule of time that concerns batch views has cases", () => {
  const rules = ["T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "T10", "T12", "T13"];
  const ids = cases.map((one) => (one.kind === "case" ? one.case.id : one.id));
  expect(rules.filter((rule) => !ids.some((id) => id.startsWith(`${rule}-`)))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

describe("worked rows of the law", () => {
  const view = (features: readonly RawFeature[], fields: Partial<RawView> = {}): RawView => ({
    joinKeys: ["k"],
    columns: [
      { name: "k", type: "int64" },
      { name: "ts", type: "timestamp" },
      { name: "v", type: "float64" },
    ],
    timestampField: "ts",
    createdTimestampField: null,
    eventIdField: null,
    features,
    schedule: parseDuration("1d"),
    interval: null,
    dataDelay: 0n,
    start: parseInstant("2022-01-01"),
    lifetimeStart: null,
    ttl: null,
    ...fields,
  });
  const event = (ts: string, v: number): RawRow => ({ k: 1n, ts: parseInstant(ts), v });
  const at = (of: RawView, events: readonly RawRow[], ...instants: string[]): RawRow[] =>
    oracle(
      of,
      events,
      instants.map((t) => ({ k: 1n, t: parseInstant(t) })),
      "t",
    );
  const value: RawFeature = { kind: "attribute", name: "v" };
  const count: RawFeature = {
    kind: "aggregate",
    name: "n",
    function: "count",
    column: "v",
    window: parseDuration("1d"),
    offset: 0n,
  };

  test("1: an event at midnight is null on its day and there a day later", () => {
    const found = at(view([value]), [event("2022-05-01T00:00:00Z", 7)], "2022-05-01", "2022-05-02");
    expect(found).toEqual([{ v: null }, { v: 7 }]);
  });

  test("2: a minute before the start even a count is null", () => {
    const early = view([count], { start: parseInstant("2022-04-30") });
    const found = at(early, [event("2022-04-29T10:00:00Z", 1)], "2022-04-29T23:59:00Z", "2022-04-30");
    expect(found).toEqual([{ n: null }, { n: 1n }]);
  });

  test("3: with a delay of 2 h the events of the day before are there at 02:00", () => {
    const delayed = view([value], { dataDelay: parseDuration("2h") });
    const events = [event("2022-07-01T12:00:00Z", 1), event("2022-07-02T12:00:00Z", 2)];
    expect(at(delayed, events, "2022-07-03T01:00:00Z", "2022-07-03T02:00:00Z")).toEqual([{ v: 1 }, { v: 2 }]);
  });
});
