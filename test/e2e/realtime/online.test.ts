import type { Workspace } from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { postJson, type JsonReply } from "@tesela/test/support";
import { home, service, spend } from "./declarations.ts";
import { startRealtimePlatform, type RealtimePlatform } from "./start.ts";

let started: RealtimePlatform;
let workspace: Workspace;

beforeAll(async () => {
  started = await startRealtimePlatform();
  workspace = started.workspace;
});
afterAll(() => started[Symbol.asyncDispose]());

describe("a realtime view online", () => {
  const context = { amount: 100, note: "a", id: 7n.toString() };

  beforeAll(async () => {
    for (const view of [spend, home]) {
      const online = workspace.getFeatureView(view);
      const { materializableFrom: startTime } = (await online.describe()).materialization;
      const id = await online.triggerMaterializationJob({ startTime, endTime: "2024-05-05" });
      await online.waitForMaterializationJob(id);
    }
  });

  test("equals its history at the same instant, for every row of a batch", async () => {
    const keys = [1n, 2n, 3n].map((buyer) => ({ buyer, user_id: buyer }));
    const vectors = await workspace
      .getFeatureService(service)
      .getOnlineFeaturesBatch(keys, { requestContext: context });
    const spine = keys.map((key) => ({ ...key, amount: 100, note: "a", id: 7n, ts: new Date("2024-05-05") }));
    const frame = await workspace
      .getFeatureService(service)
      .getHistoricalFeatures(spine, { fromSource: true, timestampKey: "ts" });
    const history = (await frame.toRows()).map((one) =>
      Object.fromEntries(Object.entries(one).filter(([name]) => name.includes("."))),
    );
    expect(vectors.map((vector) => vector.toObject())).toEqual(history);
    expect(history[0]).toEqual({
      "r.next": 8n,
      "r.text": "a/Cusco",
      "home.city": "Cusco",
      "large.is_large": false,
    });
  });

  test("in the published form stands first, by view and feature, with the request data that it needs", async () => {
    const { status, body } = await post("get-features", {
      joinKeyMap: { buyer: "1", user_id: "1" },
      requestContextMap: context,
      metadataOptions: { includeNames: true, includeServingStatus: true },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: { features: [false, "8", "a/Cusco", "Cusco"] },
      metadata: {
        features: [
          { name: "large.is_large", status: "PRESENT" },
          { name: "r.next" },
          { name: "r.text" },
          { name: "home.city", status: "PRESENT" },
        ],
      },
    });
    const about = await post("metadata", {});
    expect(about.body).toMatchObject({
      inputRequestContextKeys: [{ name: "amount" }, { name: "note" }, { name: "id" }],
    });
  });

  test("by its own name is read alone, with the keys of what it reads", async () => {
    const { body } = await post("get-features", {
      featureServiceName: undefined,
      featureViewName: "risk",
      joinKeyMap: { user_id: "1" },
      requestContextMap: context,
      metadataOptions: { includeNames: true },
    });
    expect(body).toEqual({
      result: { features: [false, "8", null, "a/Cusco"] },
      metadata: {
        features: ["many", "next", "ratio", "text"].map((feature) => ({ name: `risk.${feature}` })),
      },
    });
  });

  test("a function that fails leaves its features null, and the request is answered", async () => {
    const { status, body } = await post("get-features", {
      joinKeyMap: { buyer: "1", user_id: "1" },
      requestContextMap: { ...context, note: "fail" },
      metadataOptions: { includeServingStatus: true },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      result: { features: [false, null, null, "Cusco"] },
      metadata: {
        features: [
          { status: "PRESENT" },
          { status: "UNKNOWN" },
          { status: "UNKNOWN" },
          { status: "PRESENT" },
        ],
      },
    });
  });

  test("request data that are missing or wrong are refused, each by its name", async () => {
    const { status, body } = await post("get-features", {
      joinKeyMap: { buyer: "1", user_id: "1" },
      requestContextMap: { amount: "much", id: null },
    });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).toMatch(/requestContextMap\.amount.*requestContextMap\.note is missing/);
  });

  function post(route: string, params: object): Promise<JsonReply> {
    const all = { workspaceName: "prod", featureServiceName: "service", ...params };
    return postJson(started.platform, `/api/v1/feature-service/${route}`, { params: all });
  }
});
