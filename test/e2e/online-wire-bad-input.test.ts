import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FEATURE_SERVICE, startWireWorld, type WireWorld } from "./online-wire/world.ts";

describe("Tecton's wire refuses", () => {
  let world: WireWorld;
  const post: WireWorld["post"] = (...args) => world.post(...args);
  const read: WireWorld["read"] = (params) => world.read(params);
  const known = { joinKeyMap: { user_id: "1", store: "a" } };
  beforeAll(async () => {
    world = await startWireWorld("redis");
  });
  afterAll(() => world.stop());

  const deep = `${"[".repeat(500_000)}${"]".repeat(500_000)}`;
  const manyKeys = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`k${index}`, "1"]));
  const rows = (count: number) => ({
    params: {
      workspaceName: "default",
      featureServiceName: "wire",
      requestData: Array.from({ length: count }, () => known),
    },
  });
  const noService = { featureServiceName: undefined };
  const asked = (change: object) => ({
    params: { workspaceName: "default", featureServiceName: "wire", ...known, ...change },
  });
  test.each<[string, unknown, number, RegExp, Record<string, string>?]>([
    ["a missing key", asked({ joinKeyMap: { user_id: "1" } }), 400, /store is missing/],
    ["an extra key", asked({ joinKeyMap: { user_id: "1", store: "a", x: 1 } }), 400, /x is no join key/],
    ["a text for an int64", asked({ joinKeyMap: { user_id: "1x", store: "a" } }), 400, /64-bit integer/],
    ["a number for a text", asked({ joinKeyMap: { user_id: "1", store: 1 } }), 400, /expected a string/],
    ["2^63", asked({ joinKeyMap: { user_id: String(2n ** 63n), store: "a" } }), 400, /64-bit integer/],
    ["an unsafe number", asked({ joinKeyMap: { user_id: 2 ** 53, store: "a" } }), 400, /64-bit integer/],
    ["half a pair", asked({ joinKeyMap: { user_id: "1", store: "\ud800" } }), 400, /surrogate/],
    ["an unknown field", asked({ joinKeyMapp: {} }), 400, /joinKeyMapp/],
    ["both spellings of a field", asked({ workspace_name: "x" }), 400, /workspace_name/],
    ["an unknown service", asked({ featureServiceName: "nope" }), 404, /no feature service "nope"/],
    ["a view's name", asked({ featureServiceName: "facts" }), 404, /no feature service "facts"/],
    ["no name", asked(noService), 400, /featureServiceName.*featureViewName/],
    ["two names", asked({ featureViewName: "facts" }), 400, /featureServiceName.*featureViewName/],
    ["an unknown view", asked({ ...noService, featureViewName: "nope" }), 404, /No feature view "nope"/],
    ["an unknown workspace", asked({ workspaceName: "nope" }), 404, /no workspace "nope"/],
    ["no JSON", "{", 400, /not a JSON/],
    ["a megabyte of nesting", deep, 400, /nested deeper/],
    ["two megabytes", `"${"x".repeat(2_000_000)}"`, 400, /larger than/],
    ["a negative budget", asked({ requestOptions: { latencyBudgetMs: -1 } }), 400, /latencyBudgetMs/],
    ["10,001 join keys", asked({ joinKeyMap: manyKeys }), 400, /at most 64 join keys/],
    ["a key that is a list", asked({ joinKeyMap: { user_id: ["1"], store: "a" } }), 400, /user_id/],
    ["a time that is over", asked({ requestOptions: { latencyBudgetMs: 0 } }), 504, /time that the request/],
    ["a wrong key", asked({}), 401, /no valid API key/, { authorization: "Tecton-key tsk_0_0" }],
  ])(
    "%s is refused with its code, and the next read is answered",
    async (_, body, status, message, headers) => {
      await read(known);
      const reply = await post(`${FEATURE_SERVICE}/get-features`, body, headers);
      expect(reply).toEqual({
        status,
        body: {
          error: expect.stringMatching(message) as string,
          message: expect.stringMatching(message) as string,
          code: { 400: 3, 401: 16, 404: 5, 504: 4 }[status],
        },
      });
      expect((await read(known)).status).toBe(200);
    },
  );

  test("1,000 rows are taken and 1,001 refused", async () => {
    const batch = (count: number) => post(`${FEATURE_SERVICE}/get-features-batch`, rows(count));
    expect((await batch(1_000)).status).toBe(200);
    for (const count of [1_001, 10_001]) {
      expect(await batch(count)).toMatchObject({ status: 400, body: { code: 3 } });
    }
  });
});
