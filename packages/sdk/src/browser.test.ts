import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
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

  it("reading features reaches none of Node's modules, over all of our packages", () => {
    const reached = reachedFrom(join(import.meta.dirname, "client", "connect.ts"));
    expect(reached.files).toContain(join(import.meta.dirname, "client", "online.ts"));
    expect(reached.files.some((file) => file.includes("/core/src/"))).toBe(true);
    expect(reached.packages.filter((name) => name.startsWith("node:") || isBuiltin(name))).toEqual([]);
    expect(reached.packages).toEqual(["axios", "zod", "zod-openapi"]);
  });
});

/** The files of ours, and the packages of others, that a file imports statically, however far. */
function reachedFrom(entry: string): {
  readonly files: readonly string[];
  readonly packages: readonly string[];
} {
  const files = new Set([entry]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of staticImports(readFileSync(file, "utf8"))) {
      const target = resolved(file, specifier);
      if (target === null) packages.add(specifier);
      else files.add(target);
    }
  }
  return { files: [...files], packages: [...packages].toSorted() };
}

const PACKAGES = join(import.meta.dirname, "../..");

function resolved(file: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return join(dirname(file), specifier);
  if (!specifier.startsWith("@tesela/")) return null;
  return join(PACKAGES, specifier.slice("@tesela/".length), "src/index.ts");
}

/** Imports of types alone are gone before anything runs. */
function staticImports(text: string): string[] {
  const clauses = [...text.matchAll(/^(?:import|export) ((?!type )[^;]*?) from "([^"]+)";/gms)];
  return clauses.filter(([, names]) => !isTypesOnly(names ?? "")).map(([, , from]) => from ?? "");
}

function isTypesOnly(names: string): boolean {
  const list = /^\{(.*)\}$/s.exec(names.trim())?.[1];
  if (list === undefined) return false;
  return list
    .split(",")
    .filter((name) => name.trim() !== "")
    .every((name) => name.trim().startsWith("type "));
}
