import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSameRow, printRow } from "../conformance/case/compare.ts";
import type { Case } from "../conformance/case/case.ts";
import { rangeTypes } from "../conformance/case/parse-expectation.ts";
import { caseArbitrary } from "../conformance/generate/case-arbitrary.ts";
import { mistakesOfCore } from "../conformance/in-process/check-core.ts";
import { openCoreSession, type CoreSession } from "../conformance/in-process/core-session.ts";
import { runCore, type CoreAnswers } from "../conformance/in-process/run-core.ts";
import type { RawRow } from "../oracle/raw-view.ts";
import { withIrrelevantRows } from "./irrelevant-rows.ts";
import { asPlain, asRange, joinedToSpine } from "./range-joined.ts";

const RUNS = Number(process.env["TESELA_PROPERTY_RUNS"] ?? 60);
const TIMEOUT = 300_000;

let session: CoreSession;
beforeAll(async () => {
  session = await openCoreSession();
});
afterAll(() => session[Symbol.asyncDispose]());

async function holds<T>(arbitrary: fc.Arbitrary<T>, check: (value: T) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(arbitrary, check), { numRuns: RUNS, seed: SEED });
}

const cases = caseArbitrary.map((one) => one.case);
/** Cases whose reads give rows. */
const answered = cases.filter((one) => one.expect.kind !== "failure");
const spines = answered.filter((one) => one.question.kind === "spine");
const NOTHING: CoreAnswers = { source: [], offline: [] };

function differences(one: Case, expected: readonly RawRow[], got: readonly RawRow[]): string[] {
  const types = rangeTypes(one.view, one.keys);
  if (got.length !== expected.length) return [`${got.length} rows of ${expected.length}`];
  return expected.flatMap((row, index) => {
    if (isSameRow(one.view, row, got[index]!)) return [];
    return [`row ${index}: ${printRow(types, row)} is ${printRow(types, got[index]!)}`];
  });
}

test(
  "adding rows of other keys, of the future, without key or instant never changes an answer",
  () =>
    holds(cases, async (one) => {
      expect(await mistakesOfCore(session, withIrrelevantRows(one))).toEqual([]);
    }),
  TIMEOUT,
);

test(
  "row order, file split and thread count never change an answer",
  async () => {
    const laidOut = cases.chain((one) =>
      fc.record({
        one: fc.constant(one),
        events: fc.shuffledSubarray([...one.events], { minLength: one.events.length }),
        eventFiles: fc.integer({ min: 1, max: 5 }),
        schedulesOfFile: fc.integer({ min: 1, max: 7 }),
        threads: fc.integer({ min: 1, max: 4 }),
      }),
    );
    await holds(laidOut, async ({ one, events, threads, ...options }) => {
      await session.connection.run(`set threads = ${threads}`);
      expect(await mistakesOfCore(session, { ...one, events }, options)).toEqual([]);
    });
  },
  TIMEOUT,
);

test(
  "from source equals materialized when nothing was late",
  () =>
    holds(answered, async (one) => {
      const answers = (await runCore(session, one).catch(overflown)) ?? NOTHING;
      expect(differences(one, answers.source, answers.offline)).toEqual([]);
    }),
  TIMEOUT,
);

test(
  "T15: a range read joined to a spine by _valid_from <= T < _valid_to equals the spine read",
  () =>
    holds(spines, async (one) => {
      const spine = await runCore(session, asPlain(one)).catch(overflown);
      const range = await runCore(session, asRange(one)).catch(overflown);
      const isWhole = spine !== null && range !== null;
      const joined = isWhole ? joinedToSpine(asPlain(one), range.source) : [];
      expect(differences(one, isWhole ? spine.source : [], joined)).toEqual([]);
    }),
  TIMEOUT,
);

test(
  "T12, T15: what is not materialized is null in a range read as in the spine read that it is joined to",
  async () => {
    const missing = fc.record({ one: spines, holes: fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }) });
    await holds(missing, async ({ one, holes }) => {
      const options = { schedulesOfFile: 1, isMissing: (file: number) => holes[file % holes.length]! };
      const spine = await runCore(session, asPlain(one), options).catch(overflown);
      const entities = one.question.kind === "spine" ? one.question.rows : [];
      const range = await runCore(session, asRange(one), { ...options, entities }).catch(overflown);
      const isWhole = spine !== null && range !== null;
      const joined = isWhole ? joinedToSpine(asPlain(one), range.offline) : [];
      expect(differences(one, isWhole ? spine.offline : [], joined)).toEqual([]);
    });
  },
  TIMEOUT,
);

/** A sum that does not fit leaves nothing to compare (TIME T6). */
function overflown(error: unknown): null {
  if (/does not fit/.test(String(error))) return null;
  throw error;
}
