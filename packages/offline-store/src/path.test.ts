import { describe, expect, it } from "vitest";
import { checkFolder, checkPath, isPath } from "./path.ts";

describe("a path", () => {
  it.each([
    "a",
    "ws/w1/orders/g1/a0b/part-0.parquet",
    "day=2024-01-01/x_1.parquet",
    "-a",
    `${"x".repeat(200)}/y`,
  ])("%j is one", (path) => expect(checkPath(path)).toBe(path));

  it.each([
    "",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "a/..",
    ".a",
    "a/.b",
    "a\\b",
    "é",
    "a b",
    "a\nb",
    "a?b",
    "a%2e",
    "a:b",
  ])("%j is none", (path) => {
    expect(isPath(path)).toBe(false);
    expect(() => checkPath(path)).toThrow("cannot be used as file path");
  });

  it("has segments of at most 200 characters, 800 in all", () => {
    expect(isPath("x".repeat(201))).toBe(false);
    expect(isPath(Array.from({ length: 9 }, () => "x".repeat(99)).join("/"))).toBe(false);
  });
});

describe("a folder", () => {
  it("is the root, or a path with or without a closing slash", () => {
    expect(["", "a", "a/b/"].map(checkFolder)).toEqual(["", "a/", "a/b/"]);
  });

  it.each(["/", "a//", "..", "../a", ".tmp"])("%j is none", (folder) => {
    expect(() => checkFolder(folder)).toThrow("cannot be used as folder");
  });
});
