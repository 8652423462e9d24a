import { describe, expect, test } from "vitest";
import { packageArrows } from "./architecture/arrows.ts";
import { disorderedImports, impuritiesOf, outsideImports } from "./architecture/core-rules.ts";
import {
  duckdbIn,
  forbiddenExports,
  forbiddenImports,
  packageNames,
  runtimeDependencies,
  undeclaredArrows,
} from "./architecture/package-rules.ts";
import { lineAt, sourcesIn, withoutComments } from "./architecture/source.ts";
import type { SourceFile } from "./architecture/source.ts";

const packageSources = sourcesIn("packages");
const coreSources = packageSources.filter(({ path }) => path.startsWith("packages/core/src/"));
const coreCode = coreSources.filter(({ isTest }) => !isTest);
const allSources = [...packageSources, ...["test", "bench", "examples"].flatMap(sourcesIn)];
// A class of one letter keeps this file from naming the words itself.
const unfinished = /(?:T[O]DO|FIX[M]E)/g;

describe("packages", () => {
  test("every package is in the table of arrows", () => {
    expect(packageNames().toSorted()).toEqual(Object.keys(packageArrows).toSorted());
  });

  test("a package.json names workspace packages only along an arrow", () => {
    expect(packageNames().flatMap(undeclaredArrows)).toEqual([]);
  });

  test("an import follows an arrow, names a declared dependency and stays in its package", () => {
    expect(packageSources.flatMap(forbiddenImports)).toEqual([]);
  });

  test("exports are named: no default export, no `export *`", () => {
    expect(packageSources.flatMap(forbiddenExports)).toEqual([]);
  });

  test("the control plane has no DuckDB", () => {
    const files = packageSources.filter(({ path }) => path.startsWith("packages/control-plane/"));
    expect(duckdbIn("control-plane", files)).toEqual([]);
  });
});

describe("core", () => {
  test("has no runtime dependency", () => {
    expect(runtimeDependencies("core")).toEqual([]);
  });

  test("imports nothing from outside, not even from Node", () => {
    expect(coreCode.flatMap(outsideImports)).toEqual([]);
  });

  test("touches no clock, environment, logger, chance, timer or network", () => {
    expect(coreCode.flatMap(impuritiesOf)).toEqual([]);
  });

  test("time, sql ← aggregation ← definition ← query, materialization; errors by all", () => {
    expect(coreSources.flatMap(disorderedImports)).toEqual([]);
  });
});

test("no source file is marked as unfinished", () => {
  const marks = allSources.flatMap(({ path, text }) =>
    [...text.matchAll(unfinished)].map(({ index, 0: word }) => `${path}:${lineAt(text, index)} says ${word}`),
  );
  expect(marks).toEqual([]);
});

describe("the rules themselves", () => {
  const source = (path: string, text: string): SourceFile => ({
    path,
    text,
    code: withoutComments(text),
    isTest: false,
  });

  test("a comment is no code, a string with slashes is no comment", () => {
    const text = 'const a = "//x"; // Date.now()\nconst b = /["/]/; /* new Date() */ c();';
    const code = withoutComments(text);
    expect(code).toContain('"//x"');
    expect(code).toContain("c();");
    expect(code).not.toContain("Date");
    expect(code).toHaveLength(text.length);
  });

  test("an import against the arrows is found with its line, over several lines and dynamic ones too", () => {
    const file = source(
      "packages/contract/src/a.ts",
      'import { a } from "@tesela/core";\nimport {\n  b,\n} from "@tesela/registry";\nawait import("@tesela/core/src/x.ts");\nimport "../../core/src/y.ts";\n',
    );
    expect(forbiddenImports(file)).toEqual([
      "packages/contract/src/a.ts:4 imports @tesela/registry, to which no arrow leads from contract",
      "packages/contract/src/a.ts:5 imports @tesela/core/src/x.ts: import the package by its name alone",
      "packages/contract/src/a.ts:6 imports ../../core/src/y.ts, which leaves the package",
    ]);
  });

  test("an argument makes `new Date` pure", () => {
    const lines = [
      "new Date(0);",
      "new Date();",
      "Date.now();",
      "step.process.run();",
      "globalThis.process.env;",
    ];
    const found = impuritiesOf(source("packages/core/src/time/a.ts", lines.join("\n")));
    expect(found.map((violation) => violation.split(" ", 1).join()).toSorted()).toEqual([
      "packages/core/src/time/a.ts:2",
      "packages/core/src/time/a.ts:3",
      "packages/core/src/time/a.ts:5",
    ]);
  });

  test("time may not import aggregation; a star and a default are found", () => {
    const file = source(
      "packages/core/src/time/a.ts",
      'import { x } from "../aggregation/sum.ts";\nexport * from "./b.ts";\nexport default 1;',
    );
    expect(disorderedImports(file)).toHaveLength(1);
    expect(forbiddenExports(file)).toHaveLength(2);
  });
});
