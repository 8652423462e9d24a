import { describe, expect, it } from "vitest";

import { compareStamps, newestOfEach } from "./stamp.ts";
import { valueOf } from "./suite/fixtures.ts";

describe("stamps", () => {
  it("are ordered as unsigned 64-bit numbers, whatever version and body stand around them", () => {
    const ascending = [
      0n,
      1n,
      255n,
      256n,
      2n ** 32n - 1n,
      2n ** 32n,
      2n ** 63n - 1n,
      2n ** 63n,
      2n ** 64n - 1n,
    ];
    const values = ascending.map((stamp, i) => valueOf(stamp, `body ${9 - i}`));
    for (const [i, a] of values.entries()) {
      for (const [j, b] of values.entries()) expect(Math.sign(compareStamps(a, b))).toBe(Math.sign(i - j));
    }
  });

  it("choose one row per address: the greatest stamp, the last of equals", () => {
    const rows = [
      { address: "a", value: valueOf(2n, "x") },
      { address: "b", value: valueOf(9n, "kept") },
      { address: "a", value: valueOf(2n, "y") },
      { address: "b", value: valueOf(8n, "stale") },
    ];
    expect(newestOfEach(rows, ({ address }) => address)).toEqual([rows[2], rows[1]]);
  });
});
