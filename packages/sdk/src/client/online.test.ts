import { describe, expect, expectTypeOf, it } from "vitest";
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
