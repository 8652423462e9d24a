import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeSpine } from "../frame/encode-spine.ts";
import { delays, latest } from "./testing/declarations.ts";
import { failure, problem, protocolServer } from "./testing/protocol-server.ts";

const server = protocolServer();

describe("a historical read", () => {
  const BASE = "/v1/workspaces/prod";
  const retrieval = { id: "h1", state: "PENDING", progress: null, result: null, error: null };
  const finished = { ...retrieval, state: "SUCCESS" };
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
    expect(await parquetReadObjects({ file, parsers })).toEqual([
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

  it("refuses a path without a file, and a file that is no Parquet file", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    const path = join(folder, "spine.csv");
    expect((await failure(view.getHistoricalFeatures(path))).message).toContain("cannot be opened");
    await writeFile(path, "a,b\n1,2\n");
    expect((await failure(view.getHistoricalFeatures(path))).message).toContain("is no Parquet file");
    expect(server.current.received).toHaveLength(0);
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
