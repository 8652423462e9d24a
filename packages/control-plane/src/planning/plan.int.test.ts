import type { Definition } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Client } from "../testing/client.ts";
import { airport, arrivals, delays, flights, gates, landed, landings } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

let server: TestServer;
let client: Client;
beforeAll(async () => {
  server = await startTestServer();
  client = server.admin;
});
afterAll(() => server.stop());

const all = [airport, flights, delays];
let count = 0;
const freshWorkspace = () => ({ workspace: `plans_${++count}` });

async function plan(at: { workspace: string }, definitions: readonly Definition[]): Promise<string> {
  const { status, body } = await client.call("plan", at, { body: { definitions } });
  expect(status).toBe(200);
  return (body as { plan: { id: string } }).plan.id;
}

test("without a worker new SQL cannot be planned: NO_WORKER, with the command that starts one", async () => {
  const answer = await client.call("plan", freshWorkspace(), { body: { definitions: all } });
  expect(answer.body).toMatchObject({ status: 503, code: "NO_WORKER", fix: "Start one: tesela worker" });
});

test("problems of structure are told without a worker", async () => {
  const answer = await client.call("plan", freshWorkspace(), { body: { definitions: [flights, delays] } });
  expect(answer.body).toMatchObject({
    code: "VALIDATION",
    problems: [{ path: 'feature view "delays".entities', message: 'there is no entity "airport"' }],
  });
});

test("definitions without SQL need no worker", async () => {
  const at = freshWorkspace();
  const { body } = await client.call("apply", at, { body: { definitions: [airport, flights] } });
  expect(body).toMatchObject({ revision: 1, changes: [{ action: "create" }, { action: "create" }] });
});

test("with a worker: plan, apply, and then nothing is left to change", async () => {
  await startChecker(server);
  const at = freshWorkspace();
  const { body } = await client.call("plan", at, { body: { definitions: all } });
  expect(body).toMatchObject({
    plan: {
      workspace: at.workspace,
      baseRevision: 0,
      isDestructive: false,
      changes: [
        { action: "create", kind: "entity", name: "airport" },
        { action: "create", kind: "batchSource", name: "flights" },
        { action: "create", kind: "batchFeatureView", name: "delays" },
      ],
    },
  });
  const planId = (body as { plan: { id: string } }).plan.id;
  expect((await client.call("apply", at, { body: { planId } })).body).toMatchObject({ revision: 1 });
  const again = await client.call("apply", at, { body: { definitions: all } });
  expect(again.body).toMatchObject({ revision: 1, changes: all.map(() => ({ action: "none" })) });
});

test("problems of SQL, columns and structure are reported together", async () => {
  const definitions = [
    airport,
    flights,
    { ...delays, name: "one", transform: { sql: "broken" } },
    { ...delays, name: "two", features: [{ kind: "attribute", name: "speed", type: "int64" }] },
    { ...delays, name: "three", batchSchedule: "soon" },
  ];
  const { body } = await client.call("plan", freshWorkspace(), { body: { definitions } });
  const { problems } = body as { problems: { path: string }[] };
  expect(problems.map(({ path }) => path)).toEqual([
    'feature view "three".batchSchedule',
    'feature view "one".transform',
    'feature view "two".features[0]',
  ]);
});

test("a plan that the workspace has moved away from is stale, and so is one that is applied twice", async () => {
  const at = freshWorkspace();
  const first = await plan(at, all);
  const second = await plan(at, all);
  expect((await client.call("apply", at, { body: { planId: first } })).status).toBe(200);
  expect((await client.call("apply", at, { body: { planId: second } })).body).toMatchObject({
    status: 409,
    code: "PLAN_STALE",
  });
  expect((await client.call("apply", at, { body: { planId: first } })).body).toMatchObject({
    status: 409,
    code: "CONFLICT",
  });
});

test("an empty plan is stale too once the workspace has moved", async () => {
  const at = freshWorkspace();
  const empty = await plan(at, []);
  await client.call("apply", at, { body: { definitions: [airport] } });
  expect((await client.call("apply", at, { body: { planId: empty } })).body).toMatchObject({
    code: "PLAN_STALE",
  });
});

test("what would destroy data is refused by definitions, and done by the plan's id", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: all } });
  const definitions = [airport, flights, { ...delays, ttl: "1d" }];
  expect((await client.call("apply", at, { body: { definitions } })).body).toMatchObject({
    status: 409,
    code: "DESTRUCTIVE",
    detail: 'Applying would destroy stored data: recreate feature view "delays".',
    fix: "Make a plan, look at it, and apply the plan by its id.",
    problems: [{ path: 'feature view "delays"', message: 'recreate: ttl: "7d" becomes "1d"' }],
  });
  const before = await client.call("getFeatureView", { ...at, name: "delays" });
  const planId = await plan(at, definitions);
  expect((await client.call("apply", at, { body: { planId } })).body).toMatchObject({ revision: 2 });
  const after = await client.call("getFeatureView", { ...at, name: "delays" });
  const generation = ({ body }: typeof after) =>
    (body as { featureView: { generation: string } }).featureView.generation;
  expect(generation(after)).not.toBe(generation(before));
});

test("the whole wanted state is what is given: what is not among it is deleted, views by plan only", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: all } });
  expect((await client.call("apply", at, { body: { definitions: [airport, flights] } })).body).toMatchObject({
    code: "DESTRUCTIVE",
  });
  const planId = await plan(at, []);
  expect((await client.call("apply", at, { body: { planId } })).status).toBe(200);
  expect((await client.call("listFeatureViews", at)).body).toEqual({ featureViews: [] });
});

test("white space in SQL and metadata change in place", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: all } });
  const sql = `${delays.transform.sql}  -- the same`;
  const definitions = [airport, flights, { ...delays, owner: "ann", transform: { sql } }];
  const { body } = await client.call("apply", at, { body: { definitions } });
  expect(body).toMatchObject({ revision: 2, changes: [{}, {}, { action: "update", isDestructive: false }] });
});

test("a plan of another workspace, and an unknown one, are not found", async () => {
  const planId = await plan(freshWorkspace(), [airport]);
  const other = freshWorkspace();
  expect((await client.call("apply", other, { body: { planId } })).status).toBe(404);
  expect((await client.call("apply", other, { body: { planId: "nothing" } })).status).toBe(404);
});

test("apply takes a plan or definitions, not both, not neither", async () => {
  const at = freshWorkspace();
  for (const body of [{}, { planId: "a", definitions: [] }]) {
    expect((await client.call("apply", at, { body })).body).toMatchObject({
      code: "VALIDATION",
      problems: [{ message: "give either planId or definitions" }],
    });
  }
});

const every = [airport, flights, landings, delays, landed, gates, arrivals];

test("every kind is planned, applied and listed; then nothing is left to change", async () => {
  const at = freshWorkspace();
  const { body } = await client.call("apply", at, { body: { definitions: every } });
  expect(body).toMatchObject({
    revision: 1,
    changes: every.map(({ kind, name }) => ({ action: "create", kind, name })),
  });
  const again = await client.call("apply", at, { body: { definitions: every } });
  expect(again.body).toMatchObject({ revision: 1, changes: every.map(() => ({ action: "none" })) });
  const views = (await client.call("listFeatureViews", at)).body as {
    featureViews: { name: string; definition: { kind: string }; columns: { name: string }[] }[];
  };
  expect(views.featureViews.map(({ name, definition }) => `${definition.kind} ${name}`)).toEqual([
    "batchFeatureView delays",
    "featureTable gates",
    "streamFeatureView landed",
  ]);
  expect(views.featureViews[1]!.columns.map(({ name }) => name)).toEqual(["origin", "at", "gate"]);
  expect((await client.call("listDataSources", at)).body).toEqual({ dataSources: [flights, landings] });
});

test("a view tells its page, its largest data delay, and where it is defined", async () => {
  const at = freshWorkspace();
  const definitions = [airport, flights, gates, { ...delays, definedIn: "a.ts" }];
  await client.call("apply", at, { body: { definitions } });
  const view = async (name: string) =>
    (await client.call("getFeatureView", { ...at, name })).body as { readonly featureView: object };
  const page = `/console/workspaces/${at.workspace}/feature-views/delays`;
  expect(await view("delays")).toMatchObject({
    featureView: {
      maxDataDelay: "2h",
      url: expect.stringMatching(`^http://127.0.0.1:\\d+${page}$`) as string,
      definition: { definedIn: "a.ts" },
    },
  });
  expect(await view("gates")).toMatchObject({ featureView: { maxDataDelay: null } });
  const second = await server.startSecond({}, { publicUrl: "https://features.example.com/" });
  const { body } = await second.client.call("getFeatureView", { ...at, name: "delays" });
  expect(body).toMatchObject({ featureView: { url: `https://features.example.com${page}` } });
  await second.close();
});

test("a view that is defined in another file changes in place", async () => {
  const at = freshWorkspace();
  const inFile = (definedIn: string) => [airport, flights, { ...delays, definedIn }];
  await client.call("apply", at, { body: { definitions: inFile("a.ts") } });
  const { body } = await client.call("plan", at, { body: { definitions: inFile("b.ts") } });
  const reasons = ['definedIn: "a.ts" becomes "b.ts"'];
  expect(body).toMatchObject({
    plan: {
      isDestructive: false,
      changes: expect.arrayContaining([
        expect.objectContaining({ name: "delays", action: "update", reasons }),
      ]) as unknown,
    },
  });
});

test("a service is listed with its join keys and with what it gives", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: every } });
  const featureService = {
    name: "arrivals",
    definition: arrivals,
    joinKeys: [
      { name: "destination", type: "string" },
      { name: "origin", type: "string" },
    ],
    features: [
      { name: "target.gate", type: "string" },
      { name: "delays.delay", type: "int64" },
    ],
    createdAt: expect.any(String) as string,
  };
  expect((await client.call("listFeatureServices", at)).body).toEqual({ featureServices: [featureService] });
  expect((await client.call("getFeatureService", { ...at, name: "arrivals" })).body).toEqual({
    featureService,
  });
  expect((await client.call("getFeatureService", { ...at, name: "none" })).body).toMatchObject({
    code: "NOT_FOUND",
    fix: "The workspace has: arrivals.",
  });
});

test("a view that a service reads cannot be deleted: the problem names the service", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: every } });
  const definitions = every.filter((one) => one !== gates);
  expect((await client.call("plan", at, { body: { definitions } })).body).toMatchObject({
    code: "VALIDATION",
    problems: [{ path: 'feature service "arrivals".views[0]', message: 'there is no feature view "gates"' }],
  });
  const without = [airport, flights, landings, delays, landed];
  const planId = await plan(at, without);
  expect((await client.call("apply", at, { body: { planId } })).body).toMatchObject({ revision: 2 });
  expect((await client.call("listFeatureServices", at)).body).toEqual({ featureServices: [] });
});

test("a view comes back as another kind under its name", async () => {
  const at = freshWorkspace();
  await client.call("apply", at, { body: { definitions: [airport, flights, delays] } });
  const planId = await plan(at, [airport, { ...gates, name: "delays" }]);
  expect((await client.call("apply", at, { body: { planId } })).status).toBe(200);
  const { body } = await client.call("getFeatureView", { ...at, name: "delays" });
  expect(body).toMatchObject({ featureView: { definition: { kind: "featureTable" } } });
});
