import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeSpine } from "../frame/encode-spine.ts";
import { featureService } from "../index.ts";
import { delays, latest } from "./testing/declarations.ts";
import { failure, problem, protocolServer } from "./testing/protocol-server.ts";

const server = protocolServer();

describe("a historical read", () => {
  const BASE = "/v1/workspaces/prod";
  const retrieval = { id: "h1", state: "PENDING", progress: null, result: null, error: null };
  const statistics = { delays: { matched: 1, null: 2, reasons: { none: 2 } } };
  const result = { rowCount: 1, bytes: 1, columns: [], statistics };
  const finished = { ...retrieval, state: "SUCCESS", result };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sdk-client-"));
    const spine = { id: "s1", bytes: 1, expiresAt: "x" };
    server.current.on(`POST ${BASE}/spines`, { status: 201, json: { spine } });
    server.current.on(`POST ${BASE}/historical-features`, { status: 202, json: { retrieval } });
    server.current.on(
      `GET ${BASE}/historical-features/h1`,
      { json: { retrieval } },
      { json: { retrieval: finished } },
    );
    const rows = [
      { origin: "ATL", gate: 2n ** 53n + 1n, "delays.delay_count_7d_1d": 3n, "delays.worst": 4n },
    ];
    const bytes = await encodeSpine(rows, { timestampKey: null, keyTypes: {} });
    server.current.on(`GET ${BASE}/historical-features/h1/result`, { bytes });
  });

  afterEach(async () => rm(folder, { recursive: true }));

  it("sends rows up as Parquet, waits, and brings the frame down, with counts as numbers", async () => {
    const spine = [{ origin: "ATL", gate: null, at: "2024-01-01T00:00:00.000500Z" }];
    const view = server.current.workspace.getFeatureView(delays);
    const states: string[] = [];
    const onProgress = (now: { state: string }): unknown => states.push(now.state);
    await using frame = await view.getHistoricalFeatures(spine, {
      timestampKey: "at",
      fromSource: true,
      onProgress,
    });
    expect(await frame.toRows()).toEqual([
      { origin: "ATL", gate: 9007199254740993n, "delays.delay_count_7d_1d": 3, "delays.worst": 4n },
    ]);
    expect(states).toEqual(["PENDING", "SUCCESS"]);
    expect(frame.statistics).toEqual(statistics);
    expect(server.current.bodyOf(`POST ${BASE}/historical-features`)).toEqual({
      spineId: "s1",
      featureViews: ["delays"],
      timestampKey: "at",
      fromSource: true,
    });
    const upload = server.current.received.find(({ line }) => line === `POST ${BASE}/spines`)!;
    expect(upload.headers["content-type"]).toBe("application/vnd.apache.parquet");
    const { body } = upload;
    const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer;
    const parsers = { timestampFromMicroseconds: String };
    expect(await parquetReadObjects({ file, parsers, compressors })).toEqual([
      { origin: "ATL", gate: null, at: "1704067200000500" },
    ]);
    expect(server.current.received.some(({ line }) => line.includes("?waitSeconds=25"))).toBe(true);
  });

  it("streams a Parquet file up as it is", async () => {
    const path = join(folder, "spine.parquet");
    const rows = Array.from({ length: 50_000 }, (_, index) => ({ origin: `k${index}`, gate: index }));
    await writeFile(path, await encodeSpine(rows, { timestampKey: null, keyTypes: {} }));
    await using frame = await server.current.workspace.getHistoricalFeatures({
      spine: path,
      featureViews: [delays, latest],
      onUnmaterialized: "null",
    });
    expect(frame.rowCount).toBe(1);
    const upload = server.current.received.find(({ line }) => line === `POST ${BASE}/spines`)!;
    expect(upload.body.equals(await readFile(path))).toBe(true);
    expect(upload.headers["content-length"]).toBe(String(upload.body.length));
    expect(server.current.bodyOf(`POST ${BASE}/historical-features`)).toEqual({
      spineId: "s1",
      featureViews: ["delays", "latest"],
      onUnmaterialized: "null",
    });
  });

  it("sends CSV and NDJSON files up as they are, told by their names", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    for (const [name, type] of [
      ["spine.csv", "text/csv"],
      ["spine.NDJSON", "application/x-ndjson"],
    ] as const) {
      const path = join(folder, name);
      await writeFile(path, "origin,gate\n007,1\n");
      await using _frame = await view.getHistoricalFeatures(path, { timestampKey: "at" });
      const upload = server.current.received.findLast(({ line }) => line === `POST ${BASE}/spines`)!;
      expect(upload.headers["content-type"]).toBe(type);
      expect(upload.body.toString()).toBe("origin,gate\n007,1\n");
    }
  });

  it("refuses a path without a file, and a file that is nothing known", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    const path = join(folder, "spine.txt");
    expect((await failure(view.getHistoricalFeatures(path))).message).toContain("cannot be opened");
    await writeFile(path, "a,b\n1,2\n");
    expect((await failure(view.getHistoricalFeatures(path))).message).toContain("is no Parquet file");
    expect(server.current.received).toHaveLength(0);
  });

  it("sends every option on, instants as text", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    await using _frame = await view.getHistoricalFeatures([{ origin: "A", gate: 1 }], {
      timestampKey: "at",
      fromSource: false,
      join: "inclusive",
      embargo: "1h",
      maxLookback: { latest: "7d" },
      maxStaleness: { latest: "2d" },
      onMissing: "skip",
      knownAt: "event",
      asOf: new Date(0),
      onUnmaterialized: "null",
      onError: "null",
    });
    expect(server.current.bodyOf(`POST ${BASE}/historical-features`)).toEqual({
      spineId: "s1",
      featureViews: ["delays"],
      timestampKey: "at",
      fromSource: false,
      join: "inclusive",
      embargo: "1h",
      maxLookback: { latest: "7d" },
      maxStaleness: { latest: "2d" },
      onMissing: "skip",
      knownAt: "event",
      asOf: "1970-01-01T00:00:00Z",
      onUnmaterialized: "null",
      onError: "null",
    });
  });

  it("without a spine reads a range; with no argument, everything (TIME T15)", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    await using _all = await view.getHistoricalFeatures();
    const line = `POST ${BASE}/historical-features`;
    expect(server.current.bodyOf(line)).toEqual({ featureViews: ["delays"] });
    expect(server.current.received.some((request) => request.line === `POST ${BASE}/spines`)).toBe(false);
    await using _some = await view.getHistoricalFeatures({
      startTime: "2024-01-01",
      endTime: new Date("2024-02-01"),
      entities: [{ origin: "A", gate: 1 }],
      join: "inclusive",
    });
    expect(server.current.bodyOf(line)).toEqual({
      featureViews: ["delays"],
      startTime: "2024-01-01T00:00:00Z",
      endTime: "2024-02-01T00:00:00Z",
      entitiesId: "s1",
      join: "inclusive",
    });
  });

  it("refuses a spine together with a range, and what needs a spine without one", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    const both = { startTime: "2024-01-01" } as object;
    const cases: readonly [Promise<unknown>, RegExp][] = [
      [view.getHistoricalFeatures([], both), /^startTime does not go together with a spine/],
      [view.getHistoricalFeatures({ timestampKey: "at" } as object), /^timestampKey needs a spine/],
      [view.getHistoricalFeatures({ onMissing: "skip" } as object), /^onMissing needs a spine/],
      [view.getHistoricalFeatures({ origin: "A" } as object), /"origin" is no option of a range read/],
    ];
    for (const [call, message] of cases) {
      const error = await failure(call);
      expect(error).toMatchObject({ code: "VALIDATION" });
      expect(error.message).toMatch(message);
      expect(error.fix).toBeTruthy();
    }
    expect(server.current.received).toHaveLength(0);
  });

  it("of parts of views sends what was picked, renamed and mapped; counts keep their names", async () => {
    const rows = [{ origin: "A", gate: 1, "d.delay_count_7d_1d": 3n }];
    const bytes = await encodeSpine(rows, { timestampKey: null, keyTypes: {} });
    server.current.on(`GET ${BASE}/historical-features/h1/result`, { bytes });
    const part = delays.pick("delay_count_7d_1d").withName("d").withJoinKeyMap({ gate: "arrival_gate" });
    await using frame = await server.current.workspace.getHistoricalFeatures({
      spine: [{ origin: "A", arrival_gate: null }],
      featureViews: [part],
    });
    expect((await frame.toRows())[0]).toMatchObject({ "d.delay_count_7d_1d": 3 });
    expect(server.current.bodyOf(`POST ${BASE}/historical-features`)).toEqual({
      spineId: "s1",
      featureViews: [
        { view: "delays", name: "d", features: ["delay_count_7d_1d"], joinKeyMap: { gate: "arrival_gate" } },
      ],
    });
  });

  it("of a feature service is asked for by its name", async () => {
    const service = featureService({ name: "all", views: [delays, latest.withName("now")] });
    await using frame = await server.current.workspace
      .getFeatureService(service)
      .getHistoricalFeatures([{ origin: "A", gate: 1 }], { timestampKey: "at" });
    expect((await frame.toRows())[0]).toMatchObject({ "delays.delay_count_7d_1d": 3 });
    expect(server.current.bodyOf(`POST ${BASE}/historical-features`)).toEqual({
      spineId: "s1",
      featureService: "all",
      timestampKey: "at",
    });
  });

  it("takes a stream of rows, and an Arrow table", async () => {
    const { tableFromArrays } = await import("apache-arrow");
    const view = server.current.workspace.getFeatureView(delays);
    async function* stream(): AsyncGenerator<{ origin: string; gate: number }> {
      for (let gate = 0; gate < 3; gate++) yield { origin: "A", gate };
    }
    const table = tableFromArrays({ origin: ["A", "A", "A"], gate: BigInt64Array.from([0n, 1n, 2n]) });
    for (const spine of [stream(), table]) {
      await using _frame = await view.getHistoricalFeatures(spine);
      const { body } = server.current.received.findLast(({ line }) => line === `POST ${BASE}/spines`)!;
      const file = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer;
      expect(await parquetReadObjects({ file, compressors })).toEqual(
        [0n, 1n, 2n].map((gate) => ({ origin: "A", gate })),
      );
    }
  });

  it("whose upload fails lets go of the file", async () => {
    const path = join(folder, "spine.parquet");
    await writeFile(
      path,
      await encodeSpine([{ origin: "A", gate: 1 }], { timestampKey: null, keyTypes: {} }),
    );
    server.current.on(`POST ${BASE}/spines`, { status: 413, json: problem("TOO_LARGE", 413, "Too large.") });
    const view = server.current.workspace.getFeatureView(delays);
    expect((await failure(view.getHistoricalFeatures(path))).code).toBe("TOO_LARGE");
    server.current.on(`POST ${BASE}/spines`, "drop");
    expect((await failure(view.getHistoricalFeatures(path))).code).toBe("UNAVAILABLE");
  });

  it("that fails throws what the server says", async () => {
    const error = problem("NOT_MATERIALIZED", 409, "The range is missing.", { fix: "Materialize it." });
    server.current.on(`GET ${BASE}/historical-features/h1`, {
      json: { retrieval: { ...retrieval, state: "FAILURE", error } },
    });
    const view = server.current.workspace.getFeatureView(delays);
    expect(await failure(view.getHistoricalFeatures([{ origin: "A", gate: 1 }]))).toMatchObject({
      code: "NOT_MATERIALIZED",
      fix: "Materialize it.",
    });
  });

  it("whose result has gone says so though a file was asked for", async () => {
    server.current.on(`GET ${BASE}/historical-features/h1/result`, {
      status: 410,
      json: problem("EXPIRED", 410, "It has expired."),
    });
    const view = server.current.workspace.getFeatureView(delays);
    expect(await failure(view.getHistoricalFeatures([]))).toMatchObject({
      code: "EXPIRED",
      message: "It has expired.",
    });
  });
});
