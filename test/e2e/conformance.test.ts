import { createDatabase, SEED } from "@tesela/test/support";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { ParsedCase } from "../conformance/case/case.ts";
import { readCases } from "../conformance/case/read-files.ts";
import { sampleCases } from "../conformance/generate/sample.ts";
import { printResult, type CaseResult } from "../conformance/result.ts";
import { runConformance } from "../conformance/run-conformance.ts";

const GENERATED = Number(process.env["TESELA_GENERATED_CASES"] ?? 12);
const folder = (name: string): string => new URL(name, import.meta.url).pathname;

/** The cases of the project, and generated ones. */
async function allCases(): Promise<ParsedCase[]> {
  const parsed = await readCases([folder("../regressions"), folder("../conformance/cases")]);
  const generated = sampleCases(GENERATED, SEED).map((one) => ({ kind: "case" as const, case: one.case }));
  return [...parsed, ...generated];
}

describe("the triangle: oracle, offline and online agree through the whole platform", () => {
  let results: readonly CaseResult[];
  beforeAll(async () => {
    const report = await runConformance(await allCases(), {
      adapters: ["postgres", "redis", "local"],
      newDatabase: () => createDatabase(inject("pgUrl")),
      redisUrl: inject("redisUrl"),
    });
    results = report.results;
  }, 900_000);

  const failuresOn = (path: string, adapter: string): string[] => {
    const asked = results.filter((one) => one.path === path && one.adapter === adapter);
    expect(asked.length).toBeGreaterThan(GENERATED);
    return asked.filter(({ mistakes }) => mistakes.length > 0).map(printResult);
  };

  test("computed from the source", () => expect(failuresOn("source", "none")).toEqual([]));
  test("from the offline store on the local disk", () => expect(failuresOn("offline", "local")).toEqual([]));
  test("from the online store on Postgres", () => expect(failuresOn("online", "postgres")).toEqual([]));
  test("from the online store on Redis", () => expect(failuresOn("online", "redis")).toEqual([]));
});
