import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bought,
  definitions,
  feed,
  NOON,
  ratings,
  startQueryWorld,
  views,
  type QueryWorld,
} from "./online-wire/query-world.ts";
import { FEATURE_SERVICE } from "./online-wire/world.ts";

type Row = readonly [key: string, ...features: unknown[]];
const JANUARY = (day: string): Date => new Date(`2024-01-${day}Z`);
const SCORES = { includeNames: true, includeDataTypes: true };

describe.each(["postgres", "redis"] as const)("queries by a wildcard on %s", (backend) => {
  let world: QueryWorld;
  beforeAll(async () => {
    world = await startQueryWorld(backend);
    await rate(
      [1n, "b", "09T12:00", 2.5, "x"],
      [1n, "a", "08T12:00", 1, null],
      [1n, "é\0}:i", "10T11:00", 4, "z"],
      [1n, "later", "10T12:00", 9, null],
      [2n, "a", "10T11:00", 7, null],
      [-1n, "c", "10T11:00", 8, null],
    );
    await world.workspace
      .getFeatureView("profiles")
      .ingest([{ user_id: 1n, ts: JANUARY("05"), plan: "gold" }]);
  });
  afterAll(() => world?.stop());

  const rate = (...rows: readonly (readonly [bigint, string, string, number, string | null])[]) =>
    world.workspace
      .getFeatureView(ratings)
      .ingest(
        rows.map(([user_id, ad_id, at, score, note]) => ({ user_id, ad_id, ts: JANUARY(at), score, note })),
      );
  const rowsOf = async (params: object): Promise<readonly Row[]> => {
    const { status, body } = await world.query({ requestContextMap: { boost: 2 }, ...params });
    expect({ status, body }).toMatchObject({ status: 200 });
    const { results } = body as { results: { joinKeys: [string]; features: unknown[] }[] };
    return results.map(({ joinKeys, features }) => [joinKeys[0], ...features]);
  };
  const keysOf = async (user_id: string | null): Promise<readonly string[]> =>
    (await rowsOf({ joinKeyMap: { user_id } })).map(([key]) => key);

  test("each value of the wildcard with data is a row, by value, in the shape that the clients read", async () => {
    const { body } = await world.query({
      joinKeyMap: { user_id: "1" },
      requestContextMap: { boost: 2 },
      metadataOptions: {
        ...SCORES,
        includeServingStatus: true,
        includeEffectiveTimes: true,
        includeSloInfo: true,
      },
    });
    const float = { type: "float64" };
    const told = (name: string, dataType: object, status = "PRESENT") => ({
      name,
      dataType,
      status,
      effectiveTime: NOON,
    });
    expect(body).toEqual({
      results: [
        { joinKeys: ["a"], features: [2, "gold", null, 1, "0"] },
        { joinKeys: ["b"], features: [5, "gold", "x", 2.5, "0"] },
        { joinKeys: ["é\0}:i"], features: [8, "gold", "z", 4, "0"] },
      ],
      metadata: {
        joinKeys: [{ name: "ad_id", dataType: { type: "string" } }],
        features: [
          told("ranked.rank", float),
          told("profiles.plan", { type: "string" }),
          told("ratings.note", { type: "string" }),
          told("ratings.score", float),
          told("viewed.times", { type: "int64" }, "MISSING_DATA"),
        ],
        sloInfo: expect.objectContaining({ sloEligible: true }) as object,
      },
    });
  });

  test("a view by its own name is queried alone", async () => {
    const target = { featureServiceName: undefined, featureViewName: "ratings" };
    expect(await rowsOf({ ...target, joinKeyMap: { user_id: "2" } })).toEqual([["a", null, 7]]);
  });

  test("both spellings are read; without options there is no metadata, without data no row", async () => {
    const params = {
      workspace_name: "default",
      feature_service_name: "feed",
      join_key_map: { user_id: 77 },
      request_context_map: { boost: null },
    };
    expect(await world.post(`${FEATURE_SERVICE}/query-features`, { params })).toEqual({
      status: 200,
      body: { results: [] },
    });
    expect(await keysOf(null)).toEqual([]);
    expect(await keysOf("-1")).toEqual(["c"]);
  });

  test("the service's metadata say that it has a wildcard", async () => {
    const params = { workspaceName: "default", featureServiceName: "feed" };
    expect((await world.post(`${FEATURE_SERVICE}/metadata`, { params })).body).toMatchObject({
      featureServiceType: "WILDCARD",
      inputJoinKeys: [{ name: "user_id", type: "int64" }],
      outputJoinKeys: [{ name: "ad_id", type: "string" }],
    });
  });

  test("streamed rows are listed as soon as they are acknowledged, and leave with their window (T12)", async () => {
    const ts = "2024-01-10T11:45:00Z";
    await world.workspace.ingest(views, [
      { user_id: 1n, ad_id: "b", ts, seconds: 1n },
      { user_id: 1n, ad_id: "s", ts, seconds: 1n },
      { user_id: 1n, ad_id: "s", ts: "2024-01-10T12:30:00Z", seconds: 1n },
    ]);
    expect(await rowsOf({ joinKeyMap: { user_id: "1" } })).toEqual([
      ["a", 2, "gold", null, 1, "0"],
      ["b", 5, "gold", "x", 2.5, "1"],
      ["s", null, "gold", null, null, "1"],
      ["é\0}:i", 8, "gold", "z", 4, "0"],
    ]);
    await world.platform.setClock("2024-01-10T12:50:00Z");
    expect(await rowsOf({ joinKeyMap: { user_id: "1" } })).toContainEqual([
      "s",
      null,
      "gold",
      null,
      null,
      "1",
    ]);
    expect(await keysOf("1")).toContain("later");
    await world.platform.setClock("2024-01-10T14:00:00Z");
    expect(await keysOf("1")).toEqual(["a", "b", "later", "é\0}:i"]);
  });

  test("wrong records are named one by one, in our form and in that of the ingest clients", async () => {
    const right = { user_id: "1", ad_id: "wrong", ts: "2024-01-10T11:45:00Z", seconds: "1" };
    const { ts: _, ...timeless } = right;
    const records = {
      views: [{ record: right }, { record: timeless }, { record: { ...right, user_id: 1.5 } }],
    };
    for (const dry_run of [true, false]) {
      const { status, body } = await world.post("/ingest", { workspace_name: "default", dry_run, records });
      expect({ status, body }).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
      expect((body as { recordErrors: unknown }).recordErrors).toEqual(
        [/views\[1\].ts is missing/, /views\[2\].user_id/].map((message) => ({
          pushSourceName: "views",
          errorType: "RecordValidationError",
          errorMessage: expect.stringMatching(message) as string,
        })),
      );
    }
    expect(await keysOf("1")).not.toContain("wrong");
    const dry = { workspace_name: "default", dry_run: true, records: { views: [{ record: right }] } };
    expect(await world.post("/ingest", dry)).toMatchObject({
      status: 200,
      body: {
        workspaceName: "default",
        ingestMetrics: {
          featureViewIngestMetrics: [
            { featureViewName: "viewed", onlineRecordIngestCount: "1", offlineRecordIngestCount: "0" },
          ],
        },
      },
    });
    expect(await keysOf("1")).not.toContain("wrong");
    const unknown = await world.post("/ingest", { ...dry, workspace_name: "nowhere" });
    expect(unknown).toMatchObject({
      status: 404,
      body: { requestError: { errorType: "NOT_FOUND", errorMessage: expect.any(String) as string } },
    });
  });

  test("a value past its ttl is no row any more (T7)", async () => {
    await world.platform.setClock("2024-01-11T12:00:00Z");
    expect(await keysOf("1")).toEqual(["b", "later", "é\0}:i"]);
  });

  test("a deleted key is no row at once; what comes later is one again (T17)", async () => {
    const view = world.workspace.getFeatureView(ratings);
    const [job] = await view.deleteKeys([{ user_id: 1n, ad_id: "b" }]);
    expect(await keysOf("1")).toEqual(["later", "é\0}:i"]);
    await view.waitForMaterializationJob(job!);
    await rate([1n, "b", "11T11:00", 3, null]);
    expect(await keysOf("1")).toEqual(["later", "é\0}:i"]);
    await world.platform.setClock("2024-01-11T12:30:00Z");
    await rate([1n, "b", "11T12:10", 5, null]);
    expect(await keysOf("1")).toEqual(["b", "later", "é\0}:i"]);
  });

  test("rows of batch jobs: late jobs, overwrites, a wildcard that stands first, under the service's key", async () => {
    const read = async () =>
      rowsOf({ featureServiceName: "shops", joinKeyMap: { buyer: "5" }, requestContextMap: {} });
    expect(await read()).toEqual([]);
    await world.writeOrders([
      [20, 5, "2024-01-08 10:00", 3],
      [3, 5, "2024-01-08 11:00", 4],
      [-7, 5, "2024-01-09 11:00", 5],
      [3, 6, "2024-01-09 11:00", 9],
    ]);
    await world.materialize("2023-12-30", "2024-01-09");
    expect(await read()).toEqual([
      ["3", "1", "4"],
      ["20", "1", "3"],
    ]);
    await world.materialize("2024-01-09", "2024-01-11");
    expect(await read()).toEqual([["-7", "1", "5"]]);
    await world.writeOrders([[8, 5, "2024-01-10 10:00", 6]]);
    await world.materialize("2024-01-09", "2024-01-11", true);
    expect(await read()).toEqual([["8", "1", "6"]]);
  });

  test("loading the online store anew brings the same rows, without what no row is left of", async () => {
    const queries = [
      { joinKeyMap: { user_id: "1" } },
      { joinKeyMap: { user_id: "2" } },
      { featureServiceName: "shops", joinKeyMap: { buyer: "5" } },
    ];
    const all = async () => Promise.all(queries.map(async (query) => rowsOf(query)));
    const before = await all();
    expect(before.map((rows) => rows.length)).toEqual([3, 1, 1]);
    const work = await world.workspace.housekeep({ types: ["rebuild"] });
    const jobs = work.flatMap(({ jobId }) => (jobId === null ? [] : [jobId]));
    expect(jobs.length).toBeGreaterThanOrEqual(3);
    for (const id of jobs) await world.workspace.getFeatureView(ratings).waitForMaterializationJob(id);
    expect(await all()).toEqual(before);
  });

  test("more than 1,000 rows are an error that says so", async () => {
    const ts = JANUARY("11T11:00");
    const many = Array.from({ length: 1_001 }, (_, index) => ({
      user_id: 9n,
      ad_id: `${index}`,
      ts,
      score: 1,
      note: null,
    }));
    const view = world.workspace.getFeatureView(ratings);
    await view.ingest(many.slice(0, 1_000));
    expect(await keysOf("9")).toHaveLength(1_000);
    await view.ingest(many.slice(1_000));
    const params = { joinKeyMap: { user_id: "9" }, requestContextMap: { boost: 1 } };
    expect(await world.query(params)).toMatchObject({
      status: 400,
      body: { code: 3, message: expect.stringContaining("more than 1000 values") as string },
    });
    await expect(view.queryFeatures({ user_id: 9 })).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  test("the SDK queries views and services, typed, and knows their wildcard", async () => {
    const view = world.workspace.getFeatureView(ratings);
    const rows = await view.queryFeatures({ user_id: 2 });
    expect(rows.map((row) => row.toObject())).toEqual([{ user_id: 2n, ad_id: "a", score: 7, note: null }]);
    const service = world.workspace.getFeatureService(feed);
    const [row] = await service.queryFeatures({ user_id: 2n }, { requestContext: { boost: 3 } });
    expect(row!.toObject()).toEqual({
      user_id: 2n,
      ad_id: "a",
      "viewed.times": 0,
      "ratings.score": 7,
      "ratings.note": null,
      "profiles.plan": null,
      "ranked.rank": 21,
    });
    const { attributes } = await view.summary();
    expect(attributes).toMatchObject({ onlineServingIndex: ["user_id"], wildcardJoinKey: "ad_id" });
    expect(await world.workspace.getFeatureView(bought).load()).toMatchObject({
      joinKeys: ["shop_id", "user_id"],
      onlineServingIndex: ["user_id"],
      wildcardJoinKey: "shop_id",
    });
  });

  test.each([
    [
      "a service without a wildcard",
      { featureServiceName: "plain" },
      /no feature view with an onlineServingIndex/,
    ],
    ["a service of several wildcards", { featureServiceName: "both" }, /several wildcard join keys/],
    ["the wildcard as a key", { joinKeyMap: { user_id: "1", ad_id: "a" } }, /ad_id is no join key/],
    ["no key", { joinKeyMap: {} }, /user_id is missing/],
  ])("%s is 400", async (_, params, message) => {
    expect(await world.query({ joinKeyMap: { user_id: "1" }, ...params })).toMatchObject({
      status: 400,
      body: { code: 3, message: expect.stringMatching(message) as string },
    });
  });

  test("an expired deadline is 504", async () => {
    const params = { joinKeyMap: { user_id: "1" }, requestContextMap: { boost: 1 } };
    expect(await world.query({ ...params, requestOptions: { latencyBudgetMs: 0 } })).toMatchObject({
      status: 504,
      body: { code: 4 },
    });
  });

  test("a view that begins anew begins without rows", async () => {
    const changed = definitions.map((one) =>
      one.kind === "featureTable" && one.name === "ratings" ? { ...one, ttl: "5d" } : one,
    );
    const plan = await world.workspace.plan(changed);
    await world.workspace.apply({ planId: plan.id });
    await expect.poll(() => keysOf("2"), { timeout: 10_000 }).toEqual([]);
  });
});
