import { declarationsOf } from "@tesela/sdk";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { risk, spend } from "./declarations.ts";
import { startRealtimePlatform, type RealtimePlatform } from "./start.ts";

let world: RealtimePlatform;
beforeAll(async () => {
  world = await startRealtimePlatform();
});
afterAll(() => world?.[Symbol.asyncDispose]());

const requests = [
  { amount: 5, note: "a", id: 9_007_199_254_740_993n },
  { amount: null, note: null, id: null },
  { amount: 1.5, note: "b", id: -1n },
];
const spends = [
  { amount_count_2d_1d: 2, total: 10n },
  { amount_count_2d_1d: 0, total: null },
  { amount_count_2d_1d: 1, total: 3n },
];
const homes = [{ city: "Lima" }, { city: null }, { city: "Cusco" }];
const mockSources = { request: requests, spend: spends, lives: homes };

describe("a run of a realtime view", () => {
  test("computes a row of one row of each mock, before anything is applied and after", async () => {
    const expected = [
      { ratio: 0.5, next: 9_007_199_254_740_994n, text: "a/Lima", many: true },
      { ratio: null, next: null, text: "-/-", many: false },
      { ratio: 0.5, next: 0n, text: "b/Cusco", many: false },
    ];
    const empty = world.platform.client.getWorkspace("empty");
    const declared = empty.getFeatureView(risk);
    expect(await (await declared.run({ mockSources })).toRows()).toEqual(expected);
    expect(await empty.listFeatureViews()).toEqual([]);
    const named = world.workspace.getRealtimeFeatureView("risk");
    expect(await (await named.run({ mockSources })).toRows()).toEqual(expected);
    const byName = world.workspace.getFeatureView("risk");
    expect(await (await byName.run({ mockSources })).toRows()).toEqual(expected);
    const declarations = declarationsOf({ risk });
    expect(await (await empty.run("risk", declarations, { mockSources })).toRows()).toEqual(expected);
    const ranged = empty.run("risk", declarations, { mockSources, startTime: "2024-05-01" });
    await expect(ranged).rejects.toMatchObject({ code: "VALIDATION" });
  });

  test.each([
    ["a source without a table", { request: requests, spend: spends }, "VALIDATION", /mockSources.lives/],
    ["a table of no source", { ...mockSources, planes: homes }, "VALIDATION", /mockSources.planes/],
    [
      "tables of unequal length",
      { ...mockSources, lives: homes.slice(1) },
      "VALIDATION",
      /as many rows|has 2 rows/,
    ],
    [
      "a missing column",
      { ...mockSources, lives: homes.map(() => ({ town: "x" })) },
      "VALIDATION",
      /lives.city/,
    ],
    [
      "a wrong type",
      { ...mockSources, lives: homes.map(() => ({ city: 1 })) },
      "VALIDATION",
      /lives.city.*expected string/,
    ],
    [
      "a row that the function fails on",
      { ...mockSources, request: requests.map((one, row) => (row === 1 ? { ...one, note: "fail" } : one)) },
      "VALUE_ERROR",
      /fails on row 1: .*no fail/,
    ],
  ])("refuses %s", async (_, mocks, code, message) => {
    const run = world.workspace.getFeatureView(risk).run({ mockSources: mocks });
    await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) as string });
  });
});

describe("a realtime view of the API", () => {
  test("stands in the list and by itself, with what it is computed from", async () => {
    const listed = await world.workspace.listFeatureViews();
    expect(listed.map(({ name, definition }) => [name, definition.kind])).toEqual([
      ["home", "batchFeatureView"],
      ["large", "realtimeFeatureView"],
      ["risk", "realtimeFeatureView"],
      ["spend", "batchFeatureView"],
    ]);
    const view = world.workspace.getFeatureView(risk);
    expect(await view.describe()).toMatchObject({
      joinKeys: [{ name: "user_id", type: "int64" }],
      requestContext: [
        { name: "amount", type: "float64" },
        { name: "note", type: "string" },
        { name: "id", type: "int64" },
      ],
      features: [
        { name: "ratio", type: "float64" },
        { name: "next", type: "int64" },
        { name: "text", type: "string" },
        { name: "many", type: "bool" },
      ],
    });
    expect(await view.load()).toMatchObject({
      isOnDemand: true,
      family: null,
      sourceViewNames: ["spend", "home"],
      requestContextKeys: ["amount", "note", "id"],
      url: expect.stringContaining("risk") as string,
    });
    expect(String(await view.summary())).toMatch(/Type +\| realtime feature view/);
  });

  test("what only stored views have says so", async () => {
    const read = world.workspace.getFeatureView("risk").describe();
    await expect(read).rejects.toMatchObject({
      code: "VALIDATION",
      fix: expect.stringContaining("getRealtimeFeatureView") as string,
    });
    const other = world.workspace.getRealtimeFeatureView(spend.name).describe();
    await expect(other).rejects.toMatchObject({ code: "VALIDATION" });
    expect((await world.workspace.getFeatureView(spend).load()).isOnDemand).toBe(false);
  });
});
