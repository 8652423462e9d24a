import { wholeView } from "@tesela/core";
import { expect, test } from "vitest";
import { amount, compiled, viewOf } from "../testing/views.ts";
import { countDifferences, differencesOf } from "./compare.ts";

const asked = wholeView(compiled(viewOf("v", [amount("sum", "2d"), amount("count", "2d")])));
const floats = wholeView(
  compiled(
    viewOf("v", [amount("sum", "2d"), amount("max", "2d")]),
    "user_id BIGINT, ts TIMESTAMP, amount DOUBLE",
  ),
);

test("each feature has its differences counted, and the first keys that have one", () => {
  const rows = [
    { key: [1n], values: [5n, 2n], online: [5n, 2n] },
    { key: [2n], values: [5n, 2n], online: [6n, 2n] },
    { key: [3n], values: [5n, 2n], online: [null, 2n] },
    { key: [4n], values: [null, 0n], online: [2n ** 60n, 1n] },
  ];
  const [sum, count] = countDifferences(asked, rows, 2);
  expect(sum).toEqual({
    feature: "sum_2d",
    equal: 1,
    mismatch: 1,
    missing: 1,
    extra: 1,
    examples: [
      { joinKeys: { user_id: "2" }, difference: "mismatch", online: "6", offline: "5" },
      { joinKeys: { user_id: "3" }, difference: "missing", online: null, offline: "5" },
    ],
  });
  expect(count).toMatchObject({ feature: "count_2d", equal: 3, mismatch: 1, missing: 0, extra: 0 });
});

test("T6 a sum of doubles may differ by its last digits, the greatest of them may not", () => {
  const row = { key: [1n], values: [0.3, 0.3], online: [0.1 + 0.2, 0.1 + 0.2] };
  expect(differencesOf(floats, row)).toEqual([null, "mismatch"]);
});
