import type { ExplanationData } from "@tesela/contract";
import { expect, test } from "vitest";
import { Explanation } from "./explanation.ts";

const data: ExplanationData = {
  spineRows: 12_000,
  timestampKey: "at",
  views: [
    {
      featureView: "delays",
      name: "origin_delays",
      source: {
        kind: "offline store",
        why: "the view has an offline store",
        commit: "7",
        files: 2,
        bytes: 12_345,
        fileNames: [],
      },
      joinCondition: "the tiles of 1h of origin within each window before the bound, floor(T - 2h, 1d)",
      example: { instant: "2024-05-03T03:00:00Z", bound: "2024-05-03T00:00:00Z" },
      windows: [
        {
          features: ["delay_count_1d_1h", "delay_mean_1d_1h"],
          window: "1d",
          example: { startTime: "2024-05-02T00:00:00Z", endTime: "2024-05-03T00:00:00Z" },
        },
      ],
      embargo: null,
      dataDelay: "2h",
      grain: "1d",
      strategy: ["running totals"],
      needed: { startTime: "2024-05-01T00:00:00Z", endTime: "2024-05-03T00:00:00Z" },
      gaps: [],
    },
  ],
  row: null,
  sql: "select 1",
};

test("an explanation prints what is read, the join in words and the windows; its SQL stands apart", () => {
  expect(String(new Explanation(data))).toBe(
    `12,000 spine rows, T is "at"

origin_delays (feature view delays): reads the offline store, commit 7, 2 files, 12,345 bytes (the view has an offline store)
  join        the tiles of 1h of origin within each window before the bound, floor(T - 2h, 1d)
  example     bound 2024-05-03T00:00:00Z at T 2024-05-03T03:00:00Z
  window      1d, at the example [2024-05-02T00:00:00Z, 2024-05-03T00:00:00Z): delay_count_1d_1h, delay_mean_1d_1h
  embargo     none
  data delay  2h
  grain       1d
  strategy    running totals
  needs       [2024-05-01T00:00:00Z, 2024-05-03T00:00:00Z)
  gaps        none`,
  );
});

test("a row that was asked for comes first, with the reason of each view", () => {
  const row: ExplanationData["row"] = {
    row: 3,
    instant: "2024-05-03T03:00:00Z",
    views: [
      {
        name: "origin_delays",
        keys: [{ name: "origin", value: "ATL" }],
        bound: "2024-05-03T00:00:00Z",
        reason: "none",
        because: "There is no row of this key.",
        matched: null,
        values: [{ feature: "delay_count_1d_1h", value: "0" }],
      },
    ],
  };
  const text = String(new Explanation({ ...data, row }));
  expect(text).toMatch(
    /^row 3 at 2024-05-03T03:00:00Z\norigin_delays: none: There is no row of this key\.\n {2}keys +origin ATL\n/,
  );
  expect(text).toContain("  delay_count_1d_1h  0\n");
});
