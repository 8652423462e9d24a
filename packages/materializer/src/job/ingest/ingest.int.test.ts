import { micros, parseInstant } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { day, table } from "../../testing/tables.ts";
import { openWorld, type Backend, type World } from "../../testing/world.ts";
import { balances, TableUnderTest } from "./testing/table-under-test.ts";

const COLUMNS = "user_id BIGINT, ts TIMESTAMP, amount BIGINT";
const CREATED_COLUMNS = `${COLUMNS}, made TIMESTAMP`;
const rows = (...lines: string[]): string => table(COLUMNS, ...lines);

describe.each<Backend>(["postgres", "redis"])("an ingest with queue and online store on %s", (backend) => {
  let world: World;
  let count = 0;
  beforeAll(async () => {
    world = await openWorld(backend);
    await world.registry.clock.freeze(day(10));
  });
  afterAll(() => world[Symbol.asyncDispose]());
  const newTable = (extra: Parameters<typeof balances>[1] = {}) =>
    TableUnderTest.apply(world, balances(`balances_${++count}`, extra));

  test("brings rows into both stores, and the ranges of their days into the ledger", async () => {
    const balance = await newTable();
    const job = await balance.ingest(rows("1, 01-02 10:00, 5", "2, 01-05 10:00, 7", "1, 01-05 11:00, 6"));
    expect(job).toMatchObject({ type: "ingest", state: "SUCCESS", rejectedRows: 0, attempts: [{ rows: 3 }] });
    expect([job.startTime, job.endTime]).toEqual([day(2), day(6)]);
    expect(await balance.offline()).toEqual([
      "1 01-02 10:00:00.000000 5",
      "1 01-05 11:00:00.000000 6",
      "2 01-05 10:00:00.000000 7",
    ]);
    const ranges = await world.registry.ledger.ranges(balance.generation, "offline");
    expect(ranges.map(({ range }) => [range.start, range.end])).toEqual([
      [day(2), day(3)],
      [day(5), day(6)],
    ]);
    expect([await balance.online(1n, day(10)), await balance.online(2n, day(10))]).toEqual(["6", "7"]);
  });

  test("TIME T12: a table without an ingest answers nulls", async () => {
    expect(await (await newTable()).online(1n, day(10))).toBe("null");
  });

  test("TIME T3: online a row is visible one microsecond after its time, not at it", async () => {
    const balance = await newTable();
    await balance.ingest(rows("1, 01-09 23:59:59.999999, 1", "1, 01-10 00:00:00.000001, 2"));
    expect(await balance.online(1n, micros(day(10) - 1n))).toBe("null");
    expect(await balance.online(1n, day(10))).toBe("1");
    expect(await balance.online(1n, micros(day(10) + 1n))).toBe("1");
    expect(await balance.online(1n, micros(day(10) + 2n))).toBe("2");
  });

  test("TIME T12: rows of the future wait, and a late row older than the newest visible one changes nothing", async () => {
    const balance = await newTable();
    await balance.ingest(rows("1, 01-05 10:00, 5", "1, 01-20 10:00, 20"));
    await balance.ingest(rows("1, 01-03 10:00, 3", "1, 01-25 10:00, 25", "1, 01-22 10:00, 22"));
    const at = async (number: number) => balance.online(1n, day(number));
    expect([await at(10), await at(21), await at(23), await at(26)]).toEqual(["5", "20", "22", "25"]);
    expect(await balance.offline()).toHaveLength(5);
  });

  test("TIME T5: rows before the feature start are stored and never visible", async () => {
    const balance = await newTable({ featureStartTime: "2024-01-05T12:00:00Z" });
    await balance.ingest(rows("1, 01-05 11:59:59.999999, 1", "2, 01-05 12:00, 2"));
    expect(await balance.offline()).toHaveLength(2);
    expect([await balance.online(1n, day(10)), await balance.online(2n, day(10))]).toEqual(["null", "2"]);
  });

  test("TIME T7: at exactly its time plus ttl a row is gone", async () => {
    const balance = await newTable({ ttl: "7d" });
    await balance.ingest(rows("1, 01-04 00:00, 4"));
    expect(await balance.online(1n, day(10))).toBe("4");
    expect(await balance.online(1n, micros(day(11) - 1n))).toBe("4");
    expect(await balance.online(1n, day(11))).toBe("null");
  });

  test.each([
    ["in this order", ["1, 01-05 10:00, 5, 01-06 00:00", "1, 01-05 10:00, 4, 01-07 00:00"]],
    ["in the other order", ["1, 01-05 10:00, 4, 01-07 00:00", "1, 01-05 10:00, 5, 01-06 00:00"]],
    ["with one without a created time", ["1, 01-05 10:00, 4, 01-07 00:00", "1, 01-05 10:00, 9, null"]],
  ])("TIME T8: of two rows of a key and time the later created one wins, ingested %s", async (_, lines) => {
    const balance = await newTable({ createdTimestampField: "made" });
    for (const line of lines) await balance.ingest(table(CREATED_COLUMNS, line));
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.000000 4"]);
    expect(await balance.online(1n, day(10))).toBe("4");
  });

  test("TIME T8: without created times the greater value wins, null lowest, whatever the order", async () => {
    const balance = await newTable();
    for (const value of ["5", "null", "7", "6"]) await balance.ingest(rows(`1, 01-05 10:00, ${value}`));
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.000000 7"]);
    expect(await balance.online(1n, day(10))).toBe("7");
  });

  test("of rows without key or time none is stored, and they are counted", async () => {
    const balance = await newTable();
    const job = await balance.ingest(rows("null, 01-05 10:00, 1", "1, null, 2", "1, 01-05 10:00, 3"));
    expect(job).toMatchObject({ state: "SUCCESS", rejectedRows: 2, attempts: [{ rows: 1 }] });
    expect(await balance.ingest(rows("1, null, 2"))).toMatchObject({ state: "SUCCESS", startTime: null });
    expect(await balance.ingest(rows())).toMatchObject({ state: "SUCCESS", rejectedRows: 0 });
    expect(await balance.online(1n, day(10))).toBe("3");
  });

  test("TIME T9: int64 is exact past 2^53", async () => {
    const balance = await newTable();
    await balance.ingest(rows("9007199254740993, 01-05 10:00, 9223372036854775807"));
    expect(await balance.online(9007199254740993n, day(10))).toBe("9223372036854775807");
    expect(await balance.online(9007199254740992n, day(10))).toBe("null");
  });

  test.each([
    ["a missing column", "select 1::bigint as user_id, timestamp '2024-01-05' as ts", /no column "amount"/],
    [
      "a wrong type",
      "select 1::bigint as user_id, timestamp '2024-01-05' as ts, 'x' as amount",
      /column "amount" is VARCHAR.*int64/,
    ],
    [
      "an instant of the wrong unit",
      "select 1::bigint as user_id, timestamp '20240-01-05' as ts, 1 as amount",
      /column "ts"/,
    ],
  ])("%s is VALIDATION naming it, and nothing is brought", async (_, query, message) => {
    const balance = await newTable();
    const job = await balance.ingest(query);
    expect(job).toMatchObject({ state: "FAILURE", error: { code: "VALIDATION" } });
    expect(job.error!.message).toMatch(message);
    expect(await balance.offline()).toEqual([]);
  });

  test("an integer beyond int64 is refused, naming the column", async () => {
    const balance = await newTable();
    const job = await balance.ingest(
      "select 1::bigint as user_id, timestamp '2024-01-05' as ts, 9223372036854775808::ubigint as amount",
    );
    expect(job).toMatchObject({ state: "FAILURE", error: { code: "VALUE_ERROR" } });
    expect(job.error!.message).toContain('"amount"');
  });

  test("a column without any value fits every type, and integers fit float64", async () => {
    const features = [
      { kind: "attribute", name: "amount", type: "float64" },
      { kind: "attribute", name: "word", type: "bytes" },
    ] as const;
    const balance = await newTable({ features });
    const job = await balance.ingest(
      "select 1::bigint as user_id, '2024-01-05T10:00:00.1234567Z' as ts, 3 as amount, null::varchar as word",
    );
    expect(job.error).toBeNull();
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.123456 3 null"]);
  });

  test.each([
    ["csv", "ts,user_id,amount\n2024-01-05T10:00:00Z,1,5\n2024-01-05T10:00:00Z,2,\n"],
    [
      "ndjson",
      '{"user_id":1,"ts":"2024-01-05T10:00:00Z","amount":5}\n{"user_id":2,"ts":"2024-01-05T10:00:00Z"}\n',
    ],
  ] as const)("%s is read by the types that the table declares", async (format, text) => {
    const balance = await newTable();
    expect(await balance.ingestText(format, text)).toMatchObject({ error: null, attempts: [{ rows: 2 }] });
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.000000 5", "2 01-05 10:00:00.000000 null"]);
  });

  test.each([
    ["csv", "user_id,ts\n1,2024-01-05\n", /The uploaded file has no column "amount"/],
    ["csv", "user_id,ts,amount\n1,2024-01-05,x3\n", /The uploaded file has "x3" in the column "amount"/],
    ["ndjson", '{"user_id":1,"ts":"soon","amount":1}\n', /The uploaded file has "soon" in the column "ts"/],
  ] as const)(
    "a %s file that does not fit is VALIDATION naming the column",
    async (format, text, message) => {
      const balance = await newTable();
      const job = await balance.ingestText(format, text);
      expect(job).toMatchObject({ state: "FAILURE", error: { code: "VALIDATION" } });
      expect(job.error!.message).toMatch(message);
    },
  );

  test("twenty at once all land, in whatever order", async () => {
    const balance = await newTable();
    const lines = Array.from({ length: 20 }, (_, i) => [
      `1, 01-0${(i % 3) + 1} 10:00, ${i}`,
      `${i + 2}, 01-05 10:00, ${i}`,
    ]);
    const jobs = await Promise.all(lines.map((some) => balance.start(rows(...some))));
    const ended = await Promise.all(jobs.map((job) => balance.ended(job)));
    expect(ended.map(({ state }) => state)).toEqual(Array(20).fill("SUCCESS"));
    expect((await balance.offline()).filter((line) => line.startsWith("1 "))).toEqual([
      "1 01-01 10:00:00.000000 18",
      "1 01-02 10:00:00.000000 19",
      "1 01-03 10:00:00.000000 17",
    ]);
    expect(await balance.offline()).toHaveLength(23);
    expect([await balance.online(1n, day(10)), await balance.online(21n, day(10))]).toEqual(["17", "19"]);
  });

  test("a table without an offline store keeps the best of each key and time too", async () => {
    const balance = await newTable({ offline: false });
    for (const value of [5, 7, 6])
      await balance.ingest(rows(`1, 01-05 10:00, ${value}`, "2, 01-06 10:00, 1"));
    expect(await balance.online(1n, day(10))).toBe("7");
    await world.onlineStore.dropGeneration(balance.generation);
    await balance.ingest(rows("3, 01-07 10:00, 3"));
    expect([await balance.online(1n, day(10)), await balance.online(2n, day(10))]).toEqual(["7", "1"]);
  });

  test("a table without an online store is read offline alone", async () => {
    const balance = await newTable({ online: false });
    expect(await balance.ingest(rows("1, 01-05 10:00, 5"))).toMatchObject({ state: "SUCCESS" });
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.000000 5"]);
  });

  test("a store that a table gets later has the rows of the ranges that are touched from then on", async () => {
    const balance = await newTable({ offline: false });
    await balance.ingest(rows("1, 01-05 10:00, 5", "1, 01-06 10:00, 6"));
    await balance.redeclare({ offline: true });
    await balance.ingest(rows("1, 01-05 10:00, 4", "2, 01-05 10:00, 2"));
    expect(await balance.offline()).toEqual(["1 01-05 10:00:00.000000 5", "2 01-05 10:00:00.000000 2"]);
    expect([await balance.online(1n, day(10)), await balance.online(2n, day(10))]).toEqual(["6", "2"]);
  });

  test("data that the online store has lost are UNAVAILABLE, and any ingest brings them back", async () => {
    const balance = await newTable();
    await balance.ingest(rows("1, 01-05 10:00, 5", "1, 01-20 10:00, 20"));
    await world.onlineStore.dropGeneration(balance.generation);
    await expect(balance.online(1n, day(10))).rejects.toMatchObject({ code: "UNAVAILABLE" });
    await balance.ingest(rows());
    expect([await balance.online(1n, day(10)), await balance.online(1n, day(21))]).toEqual(["5", "20"]);
  });

  test("an ingest whose push was given up is brought by the next one", async () => {
    const balance = await newTable();
    await balance.ingest(rows("1, 01-05 10:00, 5"));
    const { attempts, jobs } = world.registry;
    const { workspaceId } = world;
    const command = {
      workspaceId,
      generationId: balance.generation,
      view: balance.name,
      input: "none",
      useManagedRetries: true,
      requestedBy: "test",
      online: true,
      offline: true,
    };
    const { waitingAttempt } = await jobs.ingest(command);
    const { id, fence, jobId } = (await attempts.claim(
      waitingAttempt!.id,
      waitingAttempt!.fence,
      "w",
      60_000,
    ))!;
    await attempts.commitFiles(id, fence, {
      files: [],
      rows: 0,
      rejectedRows: 0,
      sourceFingerprint: "",
      ranges: [],
    });
    await jobs.cancel(workspaceId, jobId);
    await attempts.fail(id, fence, { code: "CANCELLED", message: "" });
    await balance.ingest(rows("2, 01-05 10:00, 6"));
    expect([await balance.online(1n, day(10)), await balance.online(2n, day(10))]).toEqual(["5", "6"]);
  });

  test("a clock that was set back asks for rows that are gone: UNAVAILABLE, never a wrong value", async () => {
    const balance = await newTable();
    const clock = parseInstant("2024-01-10T00:00:00Z");
    await balance.ingest(rows("1, 01-05 10:00, 5", "1, 01-08 10:00, 8"));
    expect(await balance.online(1n, micros(clock - 60_000_000n))).toBe("8");
    await expect(balance.online(1n, day(7))).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
