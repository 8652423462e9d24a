import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BIG,
  facts,
  FEATURE_SERVICE,
  NOW,
  startWireWorld,
  twice,
  type WireWorld,
} from "./online-wire/world.ts";

/** In the order that every answer has: views by name, features by name. */
const ORDER = [
  "facts.active",
  "facts.big",
  "facts.score",
  "facts.seen",
  "shop_orders.count_7d",
  "shop_orders.last_2",
  "shop_orders.mean_1d",
];
const ALL = {
  includeNames: true,
  includeDataTypes: true,
  includeEffectiveTimes: true,
  includeServingStatus: true,
  includeSloInfo: true,
  includeFeatureDescriptions: true,
  includeFeatureTags: true,
};

describe.each(["postgres", "redis"] as const)("Tecton's wire on %s", (backend) => {
  let world: WireWorld;
  const post: WireWorld["post"] = (...args) => world.post(...args);
  const read: WireWorld["read"] = (params) => world.read(params);
  const known = { joinKeyMap: { user_id: "1", store: "a" } };
  beforeAll(async () => {
    world = await startWireWorld(backend);
  });
  afterAll(() => world.stop());

  test("values stand by position: views by name, features by name", async () => {
    const { body } = await read({ ...known, metadataOptions: { includeNames: true } });
    expect(body).toEqual({
      result: { features: [true, String(BIG), "NaN", NOW, "3", [2.5, 4], 3.25] },
      metadata: { features: ORDER.map((name) => ({ name })) },
    });
  });

  test("both spellings are read, and without options there is no metadata", async () => {
    const params = {
      workspace_name: "default",
      feature_service_name: "wire",
      join_key_map: { user_id: 2, store: "a" },
      request_context_map: {},
      metadata_options: {},
    };
    const { body } = await post(`${FEATURE_SERVICE}/get-features`, { params });
    expect(body).toEqual({ result: { features: [null, null, 2.5, null, "3", [2.5, 4], 3.25] } });
  });

  test("the whole metadata is what the published clients read", async () => {
    const { body } = await read({ ...known, metadataOptions: ALL });
    const about = { description: "What is known of a user", tags: { team: "growth" } };
    const told = (name: string, dataType: object, effectiveTime: string, status = "PRESENT", more = {}) => ({
      name,
      dataType,
      effectiveTime,
      status,
      ...more,
    });
    const midnight = "2024-01-10T00:00:00Z";
    expect(body).toMatchObject({
      metadata: {
        features: [
          told("facts.active", { type: "boolean" }, NOW, "PRESENT", about),
          told("facts.big", { type: "int64" }, NOW),
          told("facts.score", { type: "float64" }, NOW),
          told("facts.seen", { type: "string" }, NOW),
          told("shop_orders.count_7d", { type: "int64" }, midnight),
          told("shop_orders.last_2", { type: "array", elementType: { type: "float64" } }, midnight),
          told("shop_orders.mean_1d", { type: "float64" }, midnight),
        ],
        sloInfo: {
          sloEligible: true,
          sloServerTimeSeconds: expect.any(Number) as number,
          serverTimeSeconds: expect.any(Number) as number,
          storeMaxLatency: expect.any(Number) as number,
          storeResponseSizeBytes: expect.any(Number) as number,
        },
      },
    });
  });

  test("a key never seen, and a null key, have empty values and MISSING_DATA (TIME T6)", async () => {
    const empty = {
      result: { features: [null, null, null, null, "0", [], null] },
      metadata: { features: ORDER.map(() => ({ status: "MISSING_DATA" })) },
    };
    const options = { metadataOptions: { includeServingStatus: true } };
    expect((await read({ joinKeyMap: { user_id: "77", store: "?" }, ...options })).body).toEqual(empty);
    expect((await read({ joinKeyMap: { user_id: null, store: null }, ...options })).body).toEqual(empty);
  });

  test("int64 keys are exact past 2^53", async () => {
    const { body } = await read({ joinKeyMap: { user_id: String(BIG), store: "a" } });
    expect(body).toMatchObject({ result: { features: [false, String(-BIG), 3, null, "3", [2.5, 4], 3.25] } });
  });

  test("a batch answers every row, with a status of each", async () => {
    const requestData = [known, { join_key_map: { user_id: "5", store: "b" } }];
    const { body } = await post(`${FEATURE_SERVICE}/get-features-batch`, {
      params: {
        workspaceName: "default",
        featureServiceName: "wire",
        requestData,
        metadataOptions: { includeNames: true, includeServingStatus: true, includeSloInfo: true },
      },
    });
    expect(body).toMatchObject({
      result: [
        { features: [true, String(BIG), "NaN", NOW, "3", [2.5, 4], 3.25] },
        { features: [null, null, null, null, "1", [9], null] },
      ],
      metadata: {
        sloInfo: [{ sloEligible: true }, { sloEligible: true }],
        batchSloInfo: { sloEligible: true },
      },
    });
    expect((body as { metadata: { features: unknown } }).metadata.features).toEqual(
      ["PRESENT", "PRESENT", "PRESENT", "PRESENT", "PRESENT", "PRESENT", "PRESENT"].map((first, index) => ({
        name: ORDER[index],
        status: [first, index === 4 || index === 5 ? "PRESENT" : "MISSING_DATA"],
      })),
    );
  });

  test("one view under two names is read by two keys", async () => {
    const { body } = await read({
      featureServiceName: "twice",
      joinKeyMap: { buyer_id: "2", seller_id: "1" },
      metadataOptions: { includeNames: true },
    });
    expect(body).toEqual({
      result: { features: [2.5, String(BIG)] },
      metadata: { features: [{ name: "buyer.score" }, { name: "seller.big" }] },
    });
  });

  test("a view by its own name is read alone, its features named as in a service", async () => {
    const target = { featureServiceName: undefined, featureViewName: "facts" };
    const names = ORDER.slice(0, 4);
    const metadataOptions = { includeNames: true, includeFeatureTags: true };
    const one = await read({ ...target, joinKeyMap: { user_id: "2" }, metadataOptions });
    expect(one.body).toMatchObject({
      result: { features: [null, null, 2.5, null] },
      metadata: { features: names.map((name) => ({ name, tags: { team: "growth" } })) },
    });
    const snake = { workspace_name: "default", feature_view_name: "shop_orders" };
    const requestData = ["a", "?"].map((shop) => ({ joinKeyMap: { shop } }));
    expect(
      (await post(`${FEATURE_SERVICE}/get-features-batch`, { params: { ...snake, requestData } })).body,
    ).toEqual({ result: [{ features: ["3", [2.5, 4], 3.25] }, { features: ["0", [], null] }] });
    expect((await post(`${FEATURE_SERVICE}/metadata`, { params: snake })).body).toMatchObject({
      inputJoinKeys: [{ name: "shop", type: "string" }],
      featureValues: ORDER.slice(4).map((name) => ({ name })),
    });
  });

  test("the metadata of a service", async () => {
    const params = { workspaceName: "default", featureServiceName: "twice" };
    expect((await post(`${FEATURE_SERVICE}/metadata`, { params })).body).toEqual({
      featureServiceType: "DEFAULT",
      inputJoinKeys: [
        { name: "buyer_id", dataType: { type: "int64" }, type: "int64" },
        { name: "seller_id", dataType: { type: "int64" }, type: "int64" },
      ],
      inputRequestContextKeys: [],
      featureValues: [
        { name: "buyer.score", dataType: { type: "float64" }, type: "float64" },
        { name: "seller.big", dataType: { type: "int64" }, type: "int64" },
      ],
    });
  });

  test("an expired deadline is 504; with partial results nulls that say TIME_OUT", async () => {
    const requestOptions = { latencyBudgetMs: 0 };
    expect(await read({ ...known, requestOptions })).toMatchObject({ status: 504, body: { code: 4 } });
    const partial = { allowPartialResults: true, metadataOptions: { includeServingStatus: true } };
    expect(await read({ ...known, requestOptions, ...partial })).toEqual({
      status: 200,
      body: {
        result: { features: ORDER.map(() => null) },
        metadata: { features: ORDER.map(() => ({ status: "TIME_OUT" })), partialResults: true },
      },
    });
  });

  test("the SDK reads services and batches, typed", async () => {
    const service = world.workspace.getFeatureService(twice);
    const vector = await service.getOnlineFeatures({ buyer_id: 2, seller_id: 1n });
    expect(vector.toObject()).toEqual({ "buyer.score": 2.5, "seller.big": BIG });
    const view = world.workspace.getFeatureView(facts);
    const vectors = await view.getOnlineFeaturesBatch([{ user_id: 2 }, { user_id: 77 }], {
      includeJoinKeysInResponse: true,
    });
    expect(vectors.map((one) => one.toObject())).toEqual([
      { user_id: 2n, score: 2.5, big: null, active: null, seen: null },
      { user_id: 77n, score: null, big: null, active: null, seen: null },
    ]);
  });

  test("the jobs API says what Airflow's operators wait for", async () => {
    const jobs = "/api/v1/jobs";
    const named = { workspace: "default", feature_view: "shop_orders" };
    const { body } = await post(`${jobs}/list-materialization-jobs`, named, JSON_TYPE);
    const [job] = (body as { jobs: Record<string, unknown>[] }).jobs;
    expect(job).toMatchObject({
      job_type: "batch",
      state: "MATERIALIZATION_TASK_STATUS_SUCCESS",
      end_time: "2024-01-10T00:00:00Z",
      online: true,
      offline: true,
      attempts: [{ state: "MATERIALIZATION_TASK_STATUS_SUCCESS", run_url: expect.any(String) as string }],
    });
    const one = { ...named, job_id: job?.["id"] };
    expect((await post(`${jobs}/get-materialization-job`, one, JSON_TYPE)).body).toEqual({ job });
    expect((await post(`${jobs}/cancel-materialization-job`, one, JSON_TYPE)).body).toEqual({ job });
    expect((await post(`${jobs}/get-latest-ready-time`, named, JSON_TYPE)).body).toEqual({
      online_latest_ready_time: "2024-01-10T00:00:00Z",
      offline_latest_ready_time: "2024-01-10T00:00:00Z",
    });
    const again = { ...named, start_time: job?.["start_time"], end_time: job?.["end_time"] };
    const submitted = await post(
      `${jobs}/submit-materialization-job`,
      { ...again, online: true, offline: true, overwrite: false, use_tecton_managed_retries: false },
      JSON_TYPE,
    );
    expect(submitted).toMatchObject({
      status: 400,
      body: { error: expect.stringMatching(/overlap/) as string },
    });
  });
});

const JSON_TYPE = { "content-type": "application/json" };
