import { PARQUET_TYPE, retrievalPayloadSchema, TABLE_TYPES } from "@tesela/contract";
import { parseInstant, type FeatureServiceDefinition } from "@tesela/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { airport, delays, flights } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const at = { workspace: "history" };
const onlineOnly = { ...delays, name: "online_only", offline: false };
const created = { ...delays, name: "created", createdTimestampField: "date" };
const { ttl: _ttl, ...lasting } = delays;
const window = { kind: "sliding", size: "2d", offset: "0s" };
const total = { kind: "aggregate", name: "total", function: "sum", column: "delay", window };
const sums = { ...lasting, name: "sums", features: [total] };
const service: FeatureServiceDefinition = {
  kind: "featureService",
  name: "both",
  views: [
    { view: "sums" },
    { view: "delays", name: "late", features: ["delay"], joinKeyMap: { origin: "airport" } },
  ],
};
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  const { status } = await server.admin.call("apply", at, {
    body: { definitions: [airport, flights, delays, onlineOnly, created, sums, service] },
  });
  expect(status).toBe(200);
});
afterAll(() => server.stop());

async function upload(content = "PAR1 spine PAR1", type = PARQUET_TYPE): Promise<string> {
  const sent = { body: new TextEncoder().encode(content), headers: { "content-type": type } };
  const { status, body } = await server.reader.call("uploadSpine", at, sent);
  expect(status).toBe(201);
  return (body as { spine: { id: string } }).spine.id;
}

async function ask(body: object) {
  const answer = await server.reader.call("retrieveHistorical", at, { body });
  return { ...answer, id: (answer.body as { retrieval?: { id: string } }).retrieval?.id ?? "" };
}

async function payloadOf(body: object) {
  const { id, status, body: answer } = await ask(body);
  expect(answer).toMatchObject({ retrieval: {} });
  expect(status).toBe(202);
  return retrievalPayloadSchema.parse((await server.registry.tasks.get(id)).payload);
}

describe("what a worker is asked", () => {
  test("is every option, resolved", async () => {
    const read = {
      spineId: await upload(),
      featureViews: ["delays", "created"],
      timestampKey: "ts",
      fromSource: true,
      join: "inclusive",
      onMissing: "skip",
      embargo: "2h",
      maxLookback: "7d",
      maxStaleness: { created: "1d" },
      onUnmaterialized: "null",
      onError: "null",
    };
    const payload = await payloadOf(read);
    expect(payload).toMatchObject({
      kind: "spine",
      timestampKey: "ts",
      fromSource: true,
      isInclusive: true,
      isKnownAt: false,
      onMissing: "skip",
      onUnmaterialized: "null",
      onError: "null",
      asOf: null,
    });
    expect(
      payload.views.map(({ name, embargo, maxLookback, maxStaleness }) => [
        name,
        embargo,
        maxLookback,
        maxStaleness,
      ]),
    ).toEqual([
      ["delays", "2h", "7d", null],
      ["created", "2h", "7d", "1d"],
    ]);
  });

  test("of a service is its views, with their names, parts and keys", async () => {
    const { views } = await payloadOf({ spineId: await upload(), featureService: "both" });
    expect(
      views.map(({ name, definition, features, joinKeyMap }) => [
        name,
        definition.name,
        features,
        joinKeyMap,
      ]),
    ).toEqual([
      ["sums", "sums", null, {}],
      ["late", "delays", ["delay"], { origin: "airport" }],
    ]);
  });

  test("of parts of views is the same", async () => {
    const part = { view: "delays", name: "d", features: ["delay"], joinKeyMap: { origin: "o" } };
    const { views } = await payloadOf({ spineId: await upload(), featureViews: ["delays", part] });
    expect(views.map(({ name, features, joinKeyMap }) => [name, features, joinKeyMap])).toEqual([
      ["delays", null, {}],
      ["d", ["delay"], { origin: "o" }],
    ]);
  });

  test("with asOf and knownAt is an instant and a flag (TIME T14)", async () => {
    const read = { spineId: await upload(), featureViews: ["created"], asOf: "2999-01-01", knownAt: "event" };
    expect(await payloadOf(read)).toMatchObject({
      asOf: String(parseInstant("2999-01-01")),
      isKnownAt: true,
    });
  });

  test("without a spine is a range, to the platform clock unless told (TIME T15)", async () => {
    const entitiesId = await upload("origin\nATL", TABLE_TYPES.csv);
    const range = { featureViews: ["delays"], startTime: "2001-01-01", endTime: "2001-02-01", entitiesId };
    expect(await payloadOf({ ...range, join: "inclusive", embargo: "1h", maxLookback: "2h" })).toMatchObject({
      kind: "range",
      start: String(parseInstant("2001-01-01")),
      end: String(parseInstant("2001-02-01")),
      entitiesPath: `retrieval/${entitiesId}/spine.csv`,
      isInclusive: true,
    });
    const all = await payloadOf({ featureViews: ["delays"] });
    expect(all).toMatchObject({ kind: "range", start: null, end: all.now, entitiesPath: null });
  });
});

const spineOnly = /needs a spine/;
const aggregates = /windows already say how far back/;

test.each<[string, object, string, RegExp]>([
  ["neither views nor a service", {}, "featureViews", /neither/],
  ["views and a service", { featureViews: ["delays"], featureService: "both" }, "featureViews", /both/],
  [
    "timestampKey without a spine",
    { featureViews: ["delays"], timestampKey: "ts" },
    "timestampKey",
    spineOnly,
  ],
  ["onMissing without a spine", { featureViews: ["delays"], onMissing: "null" }, "onMissing", spineOnly],
  [
    "a range of several views",
    { featureViews: ["delays", "created"] },
    "featureViews",
    /intervals of its own/,
  ],
  [
    "an empty range",
    { featureViews: ["delays"], startTime: "2001-01-01", endTime: "2001-01-01" },
    "endTime",
    /is empty/,
  ],
  [
    "a key that would be called _valid_from",
    { featureViews: [{ view: "delays", joinKeyMap: { origin: "_VALID_from" } }] },
    "featureViews[0].joinKeyMap",
    /collide/,
  ],
])("%s is refused", async (_, body, path, message) => {
  const { status, body: answer } = await ask(body);
  expect(status).toBe(400);
  expect(answer).toMatchObject({
    code: "VALIDATION",
    problems: [
      { path, message: expect.stringMatching(message) as string, fix: expect.any(String) as string },
    ],
  });
});

test.each<[string, object, string, RegExp]>([
  [
    "a range with a spine",
    { featureViews: ["delays"], startTime: "2001-01-01" },
    "startTime",
    /together with a spine/,
  ],
  [
    "entities with a spine",
    { featureViews: ["delays"], entitiesId: "x" },
    "entitiesId",
    /together with a spine/,
  ],
  [
    "asOf from the source (TIME T14)",
    { featureViews: ["delays"], asOf: "2001-01-01", fromSource: true },
    "asOf",
    /fromSource: true/,
  ],
  [
    "asOf of a view without an offline store",
    { featureViews: ["online_only"], asOf: "2001-01-01" },
    "featureViews[0]",
    /no offline store/,
  ],
  [
    "knownAt of a view without created times (TIME T14)",
    { featureViews: ["created", "delays"], knownAt: "event" },
    "featureViews[1]",
    /no createdTimestampField/,
  ],
  [
    "a lookback over aggregates (TIME T11)",
    { featureViews: ["delays", "sums"], maxLookback: "7d" },
    "maxLookback",
    aggregates,
  ],
  [
    "a staleness named for aggregates (TIME T11)",
    { featureService: "both", maxStaleness: { sums: "7d" } },
    "maxStaleness.sums",
    aggregates,
  ],
  [
    "a fence of a view that is not read",
    { featureService: "both", maxStaleness: { delays: "7d" } },
    "maxStaleness.delays",
    /has no feature view "delays"/,
  ],
  [
    "a lookback that does not exceed the embargo (TIME T11)",
    { featureViews: ["delays"], embargo: "2h", maxLookback: "2h" },
    "maxLookback",
    /does not exceed the embargo/,
  ],
  [
    "a staleness of nothing",
    { featureViews: ["delays"], maxStaleness: "0s" },
    "maxStaleness",
    /not positive/,
  ],
  ["an embargo into the future", { featureViews: ["delays"], embargo: "-1h" }, "embargo", /not positive/],
  [
    "a fence that is no duration",
    { featureViews: ["delays"], embargo: { delays: "soon" } },
    "embargo.delays",
    /no.* duration|not a duration/,
  ],
  [
    "an unknown feature",
    { featureViews: [{ view: "delays", features: ["late"] }] },
    "featureViews[0].features",
    /has no feature "late"/,
  ],
  [
    "an unknown join key",
    { featureViews: [{ view: "delays", joinKeyMap: { gate: "g" } }] },
    "featureViews[0].joinKeyMap",
    /has no join key "gate"/,
  ],
  [
    "names that differ in case alone",
    { featureViews: ["delays", { view: "created", name: "Delays" }] },
    "featureViews[1]",
    /collide/,
  ],
])("with a spine, %s is refused", async (_, body, path, message) => {
  const { status, body: answer } = await ask({ spineId: await upload(), ...body });
  expect(status).toBe(400);
  expect(answer).toMatchObject({
    code: "VALIDATION",
    problems: [
      { path, message: expect.stringMatching(message) as string, fix: expect.any(String) as string },
    ],
  });
});

test("fences by view leave aggregates alone", async () => {
  const body = {
    spineId: await upload(),
    featureService: "both",
    embargo: "1h",
    maxLookback: { late: "2h" },
  };
  expect((await ask(body)).status).toBe(202);
});

test("an unknown service is not found", async () => {
  const answer = await ask({ spineId: await upload(), featureService: "nobody" });
  expect(answer.body).toMatchObject({ status: 404, fix: "The workspace has: both." });
});
