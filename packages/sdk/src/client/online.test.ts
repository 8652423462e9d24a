import { describe, expect, expectTypeOf, it } from "vitest";
import { featureService } from "../index.ts";
import { delays, latest, untold } from "./testing/declarations.ts";
import { failure, KEY, protocolServer } from "./testing/protocol-server.ts";

const server = protocolServer();

const metadata = { at: "2024-01-02T00:00:00Z", edge: "2024-01-01T00:00:00Z", effectiveTime: null };
const ONLINE = "POST /v1/workspaces/prod/feature-views/delays/online-features";

describe("an online read", () => {
  const features = { worst: "9007199254740993", delay_mean_1d_1d: "NaN", delay_count_7d_1d: "3" };

  it("gives typed values in declared order: int64 bigint, counts numbers, NaN", async () => {
    server.current.on(ONLINE, { json: { features, metadata } });
    const view = server.current.workspace.getFeatureView(delays);
    const vector = await view.getOnlineFeatures({ origin: "ATL", gate: 7 });
    expect(vector.toObject()).toEqual({
      delay_mean_1d_1d: Number.NaN,
      delay_count_7d_1d: 3,
      worst: 9007199254740993n,
    });
    expect(vector.toArray()).toEqual([Number.NaN, 3, 9007199254740993n]);
    expect(vector.metadata).toEqual(metadata);
    expect(JSON.stringify(vector)).toBe(
      '{"delay_mean_1d_1d":"NaN","delay_count_7d_1d":3,"worst":"9007199254740993"}',
    );
    expect(server.current.bodyOf(ONLINE)).toEqual({ joinKeys: { origin: "ATL", gate: "7" } });
    expect(server.current.received[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
    expectTypeOf(vector.toObject().worst).toEqualTypeOf<bigint | null>();
  });

  it("holds the join keys first where they are asked for", async () => {
    server.current.on(ONLINE, { json: { features: { ...features, worst: null }, metadata } });
    const view = server.current.workspace.getFeatureView(delays);
    const keys = { origin: "ATL", gate: 2n ** 53n + 1n };
    const vector = await view.getOnlineFeatures(keys, { includeJoinKeysInResponse: true });
    expect(vector.toArray()).toEqual(["ATL", 9007199254740993n, Number.NaN, 3, null]);
    expect(server.current.bodyOf(ONLINE)).toEqual({ joinKeys: { origin: "ATL", gate: "9007199254740993" } });
    expectTypeOf(vector.toObject().gate).toEqualTypeOf<bigint>();
    expectTypeOf(vector.toObject().delay_count_7d_1d).toEqualTypeOf<number | null>();
  });

  it("reads timestamps as exact text, bytes and booleans", async () => {
    const line = "POST /v1/workspaces/prod/feature-views/latest/online-features";
    server.current.on(line, {
      json: { features: { at_gate: "2024-01-01T00:00:00.000400Z", raw: "AP8=", open: true }, metadata },
    });
    const vector = await server.current.workspace
      .getFeatureView(latest)
      .getOnlineFeatures({ origin: "a", gate: 1 });
    expect(vector.toObject()).toEqual({
      at_gate: "2024-01-01T00:00:00.000400Z",
      raw: new Uint8Array([0, 255]),
      open: true,
    });
    expect(vector.toJSON()).toEqual({ at_gate: "2024-01-01T00:00:00.000400Z", raw: "AP8=", open: true });
  });

  it("asks the server once for the types that a declaration does not tell, and for those of a name", async () => {
    const described = {
      name: "untold",
      definition: untold.definition,
      joinKeys: [{ name: "origin", type: "string" }],
      features: [{ name: "delay_max_7d_1d", type: "int64" }],
    };
    server.current.on("GET /v1/workspaces/prod/feature-views/untold", { json: { featureView: described } });
    const line = "POST /v1/workspaces/prod/feature-views/untold/online-features";
    server.current.on(line, { json: { features: { delay_max_7d_1d: "5" }, metadata } });
    const view = server.current.workspace.getFeatureView("untold");
    expect((await view.getOnlineFeatures({ origin: "ATL" })).toObject()).toEqual({ delay_max_7d_1d: 5n });
    await view.getOnlineFeatures({ origin: "ATL" });
    const declared = server.current.workspace.getFeatureView(untold);
    expect((await declared.getOnlineFeatures({ origin: "ATL" } as never)).toArray()).toEqual([5n]);
    expect(server.current.received.filter((request) => request.line.startsWith("GET"))).toHaveLength(2);
  });

  it("refuses a missing, unknown or wrongly typed key before anything is sent", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    // @ts-expect-error a key is missing
    const missing = await failure(view.getOnlineFeatures({ origin: "ATL" }));
    expect(missing).toMatchObject({
      code: "VALIDATION",
      fix: "The join keys are: origin (string), gate (int64).",
    });
    expect(missing.message).toBe('Join key "gate" is missing, expected a bigint or a safe integer.');
    // @ts-expect-error there is no such key
    const unknown = await failure(view.getOnlineFeatures({ origin: "ATL", gate: 1, dest: "x" }));
    expect(unknown.message).toBe('There is no join key "dest".');
    // @ts-expect-error a gate is an int64
    expect((await failure(view.getOnlineFeatures({ origin: "A", gate: "7" }))).message).toContain("a string");
    expect((await failure(view.getOnlineFeatures({ origin: "A", gate: 2 ** 53 }))).code).toBe("VALIDATION");
    // @ts-expect-error null is no key
    expect((await failure(view.getOnlineFeatures({ origin: null, gate: 1 }))).message).toContain("is null");
    expect(server.current.received).toHaveLength(0);
  });

  it("that lacks a declared feature says so", async () => {
    server.current.on(ONLINE, { json: { features: {}, metadata } });
    const view = server.current.workspace.getFeatureView(delays);
    expect(await failure(view.getOnlineFeatures({ origin: "A", gate: 1 }))).toMatchObject({
      code: "CONFLICT",
    });
  });

  it("keeps its connection for the next one", async () => {
    server.current.on(ONLINE, { json: { features, metadata } });
    const view = server.current.workspace.getFeatureView(delays);
    for (let read = 0; read < 5; read++) await view.getOnlineFeatures({ origin: "A", gate: read });
    expect(server.current.connections).toBe(1);
  });
});

describe("an online read of several keys", () => {
  const line = "POST /v1/workspaces/prod/feature-views/delays/online-vectors";
  const features = { worst: "5", delay_mean_1d_1d: 1.5, delay_count_7d_1d: "3" };
  const views = { delays: { edge: "2024-01-01T00:00:00Z", effectiveTime: null } };
  const vectors = { at: "2024-01-02T00:00:00Z", views };

  it("gives a vector for each, in order, and says what could not be had", async () => {
    const lacking = { worst: "TIMEOUT" };
    const answer = {
      vectors: [{ features }, { features: { ...features, worst: null }, lacking }],
      metadata: vectors,
    };
    server.current.on(line, { json: answer });
    const view = server.current.workspace.getFeatureView(delays);
    const read = await view.getOnlineFeaturesBatch(
      [
        { origin: "ATL", gate: 7 },
        { origin: "JFK", gate: 8n },
      ],
      { includeJoinKeysInResponse: true, allowPartialResults: true, latencyBudgetMs: 50 },
    );
    expect(read.map((vector) => vector.toArray())).toEqual([
      ["ATL", 7n, 1.5, 3, 5n],
      ["JFK", 8n, 1.5, 3, null],
    ]);
    const told = { ...metadata, views: vectors.views };
    expect(read.map((vector) => vector.metadata)).toEqual([told, { ...told, lacking }]);
    expect(server.current.bodyOf(line)).toEqual({
      rows: [{ joinKeys: { origin: "ATL", gate: "7" } }, { joinKeys: { origin: "JFK", gate: "8" } }],
      allowPartialResults: true,
      latencyBudgetMs: 50,
    });
    expectTypeOf(read[0]!.toObject().worst).toEqualTypeOf<bigint | null>();
  });

  it("is several requests where one would be too large, and none without rows", async () => {
    server.current.answer(line, () => {
      const { rows } = server.current.bodyOf(line) as { rows: unknown[] };
      return { json: { vectors: rows.map(() => ({ features })), metadata: vectors } };
    });
    const view = server.current.workspace.getFeatureView(delays);
    const rows = Array.from({ length: 1_001 }, (_, gate) => ({ origin: "A", gate }));
    expect(await view.getOnlineFeaturesBatch(rows)).toHaveLength(1_001);
    expect(await view.getOnlineFeaturesBatch([])).toEqual([]);
    expect(server.current.received).toHaveLength(2);
  });
});

describe("an online read of a service", () => {
  const service = featureService({
    name: "both",
    views: [delays.pick("worst").withName("out"), latest.pick("open").withJoinKeyMap({ gate: "door" })],
  });
  const line = "POST /v1/workspaces/prod/feature-services/both/online-vectors";

  it("is typed by its declaration: keys by the service's names, features by view and feature", async () => {
    const views = {
      out: { edge: "2024-01-03T00:00:00Z", effectiveTime: "2024-01-02T00:00:00Z" },
      latest: { edge: "2024-01-02T00:00:00Z", effectiveTime: "2024-01-02T00:00:00Z" },
    };
    const features = { "out.worst": "9", "latest.open": true };
    const answer = { vectors: [{ features }], metadata: { at: "2024-01-04T00:00:00Z", views } };
    server.current.on(line, { json: answer });
    const read = server.current.workspace.getFeatureService(service);
    const vector = await read.getOnlineFeatures({ origin: "ATL", gate: 1, door: 2 });
    expect(vector.toObject()).toEqual({ "out.worst": 9n, "latest.open": true });
    expect(vector.metadata.edge).toBe("2024-01-02T00:00:00Z");
    expectTypeOf(vector.toObject()["latest.open"]).toEqualTypeOf<boolean | null>();
    // @ts-expect-error a key of the service is missing
    expect((await failure(read.getOnlineFeatures({ origin: "ATL", gate: 1 }))).message).toContain('"door"');
  });

  it("is tried again after an error that may pass, and ends when its signal aborts", async () => {
    server.current.on(line, { status: 503, json: {} });
    const read = server.current.workspace.getFeatureService(service);
    const keys = { origin: "ATL", gate: 1, door: 2 };
    expect((await failure(read.getOnlineFeatures(keys))).code).toBe("UNAVAILABLE");
    expect(server.current.received).toHaveLength(3);
    const signal = AbortSignal.abort();
    expect((await failure(read.getOnlineFeatures(keys, { signal }))).code).toBe("CANCELLED");
  });
});
