import { expect, test } from "vitest";
import { scoreFrom, scoreUpTo } from "./score.ts";

test("instants within 285 years of the epoch are scores as they are", () => {
  for (const instant of [0n, -1n, 1_700_000_000_000_001n, 2n ** 53n, -(2n ** 53n)]) {
    expect(BigInt(scoreFrom(instant))).toBe(instant);
    expect(BigInt(scoreUpTo(instant))).toBe(instant);
  }
});

test("beyond that they become the doubles on either side", () => {
  for (const instant of [2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 62n) - 3n]) {
    const [up, down] = [BigInt(scoreFrom(instant)), BigInt(scoreUpTo(instant))];
    expect(up).toBeGreaterThan(instant);
    expect(down).toBeLessThan(instant);
    expect(Number(up - down)).toBeLessThanOrEqual(2 ** 11);
  }
});
