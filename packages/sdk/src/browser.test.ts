import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter(
  (file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !file.includes("testing"),
);

describe("for a browser", () => {
  it.each(sources)(
    "%s imports Node's modules, and what reads and writes Parquet, only when they are needed",
    (file) => {
      const text = readFileSync(join(import.meta.dirname, file), "utf8");
      const statically = [...text.matchAll(/^(?:import|export) (?!type )[^;]*? from "([^"]+)";/gms)].map(
        ([, from]) => from,
      );
      expect(statically.filter((from) => /^(?:node:|hyparquet)/.test(from ?? ""))).toEqual([]);
    },
  );
});
