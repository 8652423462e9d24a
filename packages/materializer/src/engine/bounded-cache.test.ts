import { expect, test } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

test("beyond its bound the value not asked for longest goes", () => {
  const cache = new BoundedCache<number>(2);
  cache.set("a", 1);
  cache.set("b", 2);
  expect(cache.get("a")).toBe(1);
  cache.set("c", 3);
  expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
});

test("setting a key again replaces its value and takes no further place", () => {
  const cache = new BoundedCache<number>(2);
  cache.set("a", 1);
  cache.set("a", 2);
  cache.set("b", 3);
  expect([cache.get("a"), cache.get("b")]).toEqual([2, 3]);
});
