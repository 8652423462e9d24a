import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCases } from "./case/read-files.ts";
import { caseArbitrary } from "./generate/case-arbitrary.ts";
import { mistakesOfCore } from "./in-process/check-core.ts";
import { openCoreSession, type CoreSession } from "./in-process/core-session.ts";

const RUNS = Number(process.env["TESELA_GENERATED_CASES"] ?? 150);
const folder = (name: string): string => new URL(name, import.meta.url).pathname;

let session: CoreSession;
beforeAll(async () => {
  session = await openCoreSession();
});
afterAll(() => session[Symbol.asyncDispose]());

test("the SQL agrees with every case of this folder and with every regression", async () => {
  for (const parsed of await readCases([folder("../regressions"), folder("cases")])) {
    if (parsed.kind !== "case") continue;
    expect({ id: parsed.case.id, mistakes: await mistakesOfCore(session, parsed.case) }).toEqual({
      id: parsed.case.id,
      mistakes: [],
    });
  }
}, 120_000);

test("the SQL agrees with the oracle on generated cases, however what is stored was cut into files", async () => {
  const property = fc.asyncProperty(
    caseArbitrary,
    fc.integer({ min: 1, max: 7 }),
    async (one, pieceGrains) => {
      const mistakes = await mistakesOfCore(session, one.case, pieceGrains);
      expect(mistakes, `a case for test/regressions: ${JSON.stringify([one.json])}`).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: RUNS });
}, 120_000);
