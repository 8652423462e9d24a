import { DAY, micros, parseInstant, type TimeRange } from "@tesela/core";
import { describe, expect, test } from "vitest";
import {
  claimed,
  commandFor,
  days,
  materialize,
  oneFile,
  useRegistry,
} from "../testing/registry-under-test.ts";

const under = useRegistry();

const liveDays = async (generationId: number, store: "offline" | "online") =>
  (await under.registry.ledger.ranges(generationId, store)).map(({ range, commitSeq }) => [
    Number(range.start / DAY),
    Number(range.end / DAY),
    Number(commitSeq),
  ]);

describe("the database itself refuses", () => {
  const insert = (job: string, generationId: number, state: string, range: TimeRange) =>
    under.query(
      `insert into range (generation_id, store, state, during, job_id, commit_id, from_seq)
       select $1, 'offline', $2, int8range($3, $4), $5,
         case when $2 = 'live' then (select id from commit where job_id = $5) end,
         case when $2 = 'live' then 1 end`,
      [generationId, state, range.start, range.end, job],
    );

  test.each([
    ["live", "range_live_once"],
    ["reserved", "range_reserved_once"],
  ])("two %s ranges that overlap in one store", async (state, constraint) => {
    const target = await under.newView();
    const { id } = await materialize(under, commandFor(under, target, days(0, 1)));
    await insert(id, target.generationId, state, days(5, 8));
    const overlap = insert(id, target.generationId, state, { start: days(7, 8).start, end: days(9, 10).end });
    await expect(overlap).rejects.toMatchObject({ code: "23P01", constraint });
    await insert(id, target.generationId, state, days(8, 9));
  });
});

describe("an overwrite", () => {
  test("of the middle of a range leaves both ends of it live, in both stores", async () => {
    const target = await under.newView();
    await materialize(under, commandFor(under, target, days(0, 10)));
    await materialize(under, commandFor(under, target, days(3, 5), { overwrite: true }));
    const expected = [
      [0, 3, 1],
      [3, 5, 2],
      [5, 10, 1],
    ];
    expect(await liveDays(target.generationId, "offline")).toEqual(expected);
    expect(await liveDays(target.generationId, "online")).toEqual(expected);
  });

  test("over several ranges and gaps replaces what it covers", async () => {
    const target = await under.newView();
    for (const [start, end] of [
      [0, 2],
      [2, 4],
      [6, 8],
    ] as const) {
      await materialize(under, commandFor(under, target, days(start, end)));
    }
    await materialize(under, commandFor(under, target, days(1, 7), { overwrite: true }));
    expect(await liveDays(target.generationId, "offline")).toEqual([
      [0, 1, 1],
      [1, 7, 4],
      [7, 8, 3],
    ]);
  });

  test("of one store does not touch the other", async () => {
    const target = await under.newView();
    await materialize(under, commandFor(under, target, days(0, 2)));
    await materialize(under, commandFor(under, target, days(0, 1), { overwrite: true, online: false }));
    expect(await liveDays(target.generationId, "online")).toEqual([[0, 2, 1]]);
  });
});

describe("commits", () => {
  test("that race get strictly increasing numbers and times, also while the platform clock stands still", async () => {
    const { attempts, clock, jobs } = under.registry;
    const target = await under.newView();
    const frozen = parseInstant("2024-03-01T00:00:00Z");
    await clock.freeze(frozen);
    const held = [];
    for (let i = 0; i < 8; i++) {
      held.push(
        await claimed(
          under,
          await jobs.trigger(commandFor(under, target, days(i, i + 1), { online: false })),
        ),
      );
    }
    const made = await Promise.all(
      held.map(({ id, fence }, i) => attempts.commitFiles(id, fence, oneFile(`${id}/a`, days(i, i + 1)))),
    );
    await clock.release();
    const sorted = made.toSorted((a, b) => Number(a.seq - b.seq));
    expect(sorted.map((one) => one.seq)).toEqual([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n]);
    expect(sorted.map((one) => one.committedAt - frozen)).toEqual([0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
  });
});

describe("a snapshot", () => {
  test("asOf an instant reads what was committed at or before it", async () => {
    const { clock, ledger } = under.registry;
    const target = await under.newView();
    const at = ["2024-03-01T00:00:00Z", "2024-03-02T00:00:00Z"].map(parseInstant);
    for (const [index, instant] of at.entries()) {
      await clock.freeze(instant);
      await materialize(under, commandFor(under, target, days(0, 1), { overwrite: index > 0 }));
    }
    await clock.release();
    const seqAsOf = async (asOf: bigint) =>
      (await ledger.snapshot(target.generationId, { store: "offline", asOf: micros(asOf) })).commitSeq;
    expect(await Promise.all([at[0]! - 1n, at[0]!, at[1]! - 1n, at[1]!].map(seqAsOf))).toEqual([
      0n,
      1n,
      1n,
      2n,
    ]);
    const first = await ledger.snapshot(target.generationId, { store: "offline", asOf: at[0]! });
    expect(first.files).toMatchObject([{ commitSeq: 1n, live: [days(0, 1)] }]);
  });

  test("TIME T14: the live ranges are those as of the same commit", async () => {
    const { ledger } = under.registry;
    const target = await under.newView();
    await materialize(under, commandFor(under, target, days(0, 4)));
    await materialize(under, commandFor(under, target, days(1, 2), { overwrite: true }));
    const rangesAt = async (atSeq: bigint) =>
      (await ledger.ranges(target.generationId, "offline", { atSeq })).map((one) => [
        one.commitSeq,
        one.range,
      ]);
    expect(await rangesAt(0n)).toEqual([]);
    expect(await rangesAt(1n)).toEqual([[1n, days(0, 4)]]);
    expect(await rangesAt(2n)).toEqual([
      [1n, days(0, 1)],
      [2n, days(1, 2)],
      [1n, days(2, 4)],
    ]);
    expect(await ledger.ranges(target.generationId, "offline", { asOf: micros(0n) })).toEqual([]);
  });

  test("has one entry per file, with all its live parts, and none for a file without a live row", async () => {
    const { attempts, jobs, ledger } = under.registry;
    const target = await under.newView();
    const range = days(0, 9);
    const { id, fence } = await claimed(under, await jobs.trigger(commandFor(under, target, range)));
    const file = (path: string, start: number, end: number, rows = 5) => ({
      path: `${id}/${path}`,
      bytes: 9,
      rows,
      minTime: days(start, end).start,
      maxTime: micros(days(start, end).end - 1n),
      sha256: `sha of ${path}`,
    });
    const files = [file("whole", 0, 9), file("middle", 3, 5), file("empty", 0, 9, 0)];
    await attempts.commitFiles(id, fence, { ...oneFile("", range), files });
    await attempts.completePush(id, fence, { onlineEdge: range.end });
    await materialize(under, commandFor(under, target, days(3, 5), { overwrite: true }));
    const snapshot = await ledger.snapshot(target.generationId, { store: "offline" });
    expect(snapshot.files.filter((one) => one.commitSeq === 1n)).toEqual([
      { ...files[0], deletionId: 0n, commitSeq: 1n, jobRange: range, live: [days(0, 3), days(5, 9)] },
    ]);
    const part = await ledger.filesOfRange(target.generationId, { store: "online", range: days(2, 4) });
    expect(part.files.map((one) => [one.commitSeq, one.live])).toEqual([
      [1n, [days(2, 3)]],
      [2n, [days(3, 4)]],
    ]);
  });

  test("of a view without commits is empty; of an unknown generation NOT_FOUND says so", async () => {
    const { generationId } = await under.newView();
    const { ledger } = under.registry;
    expect(await ledger.snapshot(generationId, { store: "offline" })).toEqual({ commitSeq: 0n, files: [] });
    await expect(ledger.generation(-1)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
