import { SEED } from "@tesela/test/support";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readCases } from "./case/read-files.ts";
import { sampleCases } from "./generate/sample.ts";
import { mistakesOfCore } from "./in-process/check-core.ts";
import { openCoreSession, type CoreSession } from "./in-process/core-session.ts";
import { smallestFailure } from "./in-process/smallest-failure.ts";

const RUNS = Number(process.env["TESELA_GENERATED_CASES"] ?? 300);
const TIMEOUT = 300_000;
const folder = (name: string): string => new URL(name, import.meta.url).pathname;

let session: CoreSession;
beforeAll(async () => {
  session = await openCoreSession();
});
afterAll(() => session[Symbol.asyncDispose]());

test(
  "the SQL agrees with every case of this folder and with every regression",
  async () => {
    for (const parsed of await readCases([folder("../regressions"), folder("cases")])) {
      if (parsed.kind === "refused") throw new Error(`${parsed.id}: ${parsed.reason}`);
      const { id } = parsed.case;
      expect({ id, mistakes: await mistakesOfCore(session, parsed.case) }).toEqual({ id, mistakes: [] });
    }
  },
  TIMEOUT,
);

test(
  `the SQL agrees with the oracle on ${RUNS} generated cases, however events and what is stored lie in files`,
  async () => {
    for (const [index, one] of sampleCases(RUNS, SEED).entries()) {
      const options = { schedulesOfFile: 1 + (index % 7), eventFiles: 1 + (index % 3) };
      expect(await smallestFailure(session, one, options), `seed ${SEED}, case ${index}`).toBeNull();
    }
  },
  TIMEOUT,
);
