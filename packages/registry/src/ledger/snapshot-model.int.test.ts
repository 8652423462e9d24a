import { intersect } from "@tesela/core";
import { SEED } from "@tesela/test/support";
import fc from "fast-check";
import { expect, test } from "vitest";
import { claimed, commandFor, days, useRegistry } from "../testing/registry-under-test.ts";
import type { LiveFile } from "../types/ledger.ts";

const under = useRegistry();
const SPAN = 8;

interface Write {
  readonly start: number;
  readonly end: number;
  readonly online: boolean;
  readonly isOnlyOnline: boolean;
}

const write: fc.Arbitrary<Write> = fc
  .record({
    start: fc.integer({ min: 0, max: SPAN - 1 }),
    length: fc.integer({ min: 1, max: SPAN }),
    online: fc.boolean(),
    isOnlyOnline: fc.boolean(),
  })
  .map(({ start, length, ...rest }) => ({ start, end: Math.min(SPAN, start + length), ...rest }));

/** Each day is a file of its own. */
async function commit(target: { view: string; generationId: number }, { start, end, ...stores }: Write) {
  const { attempts, jobs } = under.registry;
  const offline = !stores.isOnlyOnline;
  const online = stores.online || stores.isOnlyOnline;
  const command = commandFor(under, target, days(start, end), { overwrite: true, online, offline });
  const { id, fence } = await claimed(under, await jobs.trigger(command));
  const files = Array.from({ length: end - start }, (_, index) => {
    const { start: day } = days(start + index, start + index + 1);
    return { path: `${id}/${start + index}`, bytes: 1, rows: 1, minTime: day, maxTime: day };
  });
  await attempts.commitFiles(id, fence, {
    files,
    rows: files.length,
    rejectedRows: 0,
    sourceFingerprint: "s",
  });
  await attempts.completePush(id, fence, { onlineEdge: null });
}

/** Naive: of each day the last commit up to `seq` that wrote it to the store; 0 for none. */
function model(writes: readonly Write[], store: "offline" | "online", seq: number): number[] {
  return Array.from({ length: SPAN }, (_, day) =>
    writes.slice(0, seq).reduce((last, one, index) => {
      const writesStore = store === "offline" ? !one.isOnlyOnline : one.online || one.isOnlyOnline;
      return writesStore && one.start <= day && day < one.end ? index + 1 : last;
    }, 0),
  );
}

/** Of each day the commits whose file of that day has it live. */
function found(files: readonly LiveFile[]): number[][] {
  return Array.from({ length: SPAN }, (_, day) =>
    files
      .filter((file) => file.minTime === days(day, day + 1).start)
      .filter((file) => file.live.some((range) => intersect(range, days(day, day + 1)) !== null))
      .map((file) => Number(file.commitSeq)),
  );
}

test("a snapshot at any commit, in both stores, is what the last commit of each day wrote", async () => {
  const property = fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), async (writes) => {
    const target = await under.newView();
    for (const one of writes) await commit(target, one);
    for (const store of ["offline", "online"] as const) {
      for (let seq = 0; seq <= writes.length; seq++) {
        const { files } = await under.registry.ledger.snapshot(target.generationId, {
          store,
          atSeq: BigInt(seq),
        });
        const expected = model(writes, store, seq).map((last) => (last === 0 ? [] : [last]));
        expect(found(files)).toEqual(expected);
      }
    }
  });
  await fc.assert(property, { numRuns: 50, seed: SEED });
}, 120_000);
