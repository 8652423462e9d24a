import { wireErrorSchema } from "@tesela/contract";
import { parseInstant } from "@tesela/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights, gates } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker } from "../testing/worker.ts";

const named = { workspace: "wired", feature_view: "delays" };
const range = { start_time: "2001-01-01T00:00:00Z", end_time: "2001-01-03T00:00:00Z" };
const submitted = { ...named, ...range, online: true, offline: true };
let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  const definitions = [airport, flights, delays, gates];
  await server.admin.call("apply", { workspace: "wired" }, { body: { definitions } });
  await server.registry.clock.freeze(parseInstant("2001-03-01T02:00:00Z"));
  url = (await server.startSecond()).url;
});
afterAll(() => server.stop());

interface Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function post(method: string, body: unknown, key = server.adminKey): Promise<Reply> {
  const response = await fetch(`${url}/api/v1/jobs/${method}`, {
    method: "POST",
    headers: { authorization: `Tecton-key ${key}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Record<string, unknown>;
  if (response.status !== 200) wireErrorSchema.parse(answer);
  return { status: response.status, body: answer };
}

function put(signedUrl: string, body = "PAR1 rows PAR1"): Promise<Response> {
  return fetch(signedUrl, { method: "PUT", body: new TextEncoder().encode(body) });
}

test("a job that waits is RUNNING to a poller, and cancelled once it is", async () => {
  const { job } = (await post("submit-materialization-job", submitted)).body as { job: { id: string } };
  expect(job).toMatchObject({
    ...named,
    ...range,
    job_type: "batch",
    state: "MATERIALIZATION_TASK_STATUS_RUNNING",
    attempts: [],
  });
  const one = { ...named, job_id: job.id };
  expect((await post("list-materialization-jobs", named)).body).toEqual({ jobs: [job] });
  const camel = { workspace: "wired", featureView: "delays", jobId: job.id };
  expect((await post("get-materialization-job", camel)).body).toEqual({ job });
  expect((await post("submit-materialization-job", submitted)).status).toBe(400);
  const state = "MATERIALIZATION_TASK_STATUS_MANUALLY_CANCELLED";
  expect((await post("cancel-materialization-job", one)).body).toMatchObject({ job: { state } });
});

test("a key opens what it does in the rest of the API", async () => {
  const { registry } = server;
  const elsewhere = await registry.apiKeys.create({ name: "e", role: "admin", workspace: "other" });
  const here = await registry.apiKeys.create({ name: "h", role: "admin", workspace: "wired" });
  expect((await post("submit-materialization-job", submitted, server.readerKey)).status).toBe(403);
  expect((await post("list-materialization-jobs", named, server.readerKey)).status).toBe(200);
  expect((await post("list-materialization-jobs", named, elsewhere.secret)).status).toBe(403);
  expect((await post("list-materialization-jobs", named, here.secret)).status).toBe(200);
  expect((await post("list-materialization-jobs", named, "tsk_x")).status).toBe(401);
});

test.each<[string, string, object, number]>([
  ["an unknown view", "submit-materialization-job", { ...submitted, feature_view: "nope" }, 404],
  ["an unknown workspace", "list-materialization-jobs", { ...named, workspace: "nope" }, 404],
  ["an unknown job", "get-materialization-job", { ...named, job_id: "nope" }, 404],
  [
    "a range off the grid",
    "submit-materialization-job",
    { ...submitted, end_time: "2001-01-03T01:00:00Z" },
    400,
  ],
  ["neither view nor service", "get-latest-ready-time", { workspace: "wired" }, 400],
  ["a method that is not there", "drop-everything", {}, 404],
])("%s is an error of the form that the clients read", async (_, method, body, status) => {
  expect((await post(method, body)).status).toBe(status);
});

test("nothing materialized: no ready time", async () => {
  expect((await post("get-latest-ready-time", named)).body).toEqual({});
});

test("rows of a feature table come to a signed URL without a key, and are ingested from there", async () => {
  const table = { workspace: "wired", feature_view: "gates" };
  const { body } = await post("get-dataframe-info", table);
  const { df_path, signed_url_for_df_upload: signed } = body as Record<string, string>;
  expect(signed).toMatch(new RegExp(`^${url}/`));
  expect((await put(signed!.replace(/.$/, "_"))).status).toBe(403);
  expect((await put(signed!.replace("_parquet", "_csv"))).status).toBe(403);
  expect((await put(signed!.replace("wired", "other"))).status).toBe(404);
  const ingest = { ...table, df_path, use_tecton_managed_retries: false };
  expect((await post("ingest-dataframe", ingest)).status).toBe(404);
  expect((await put(signed!, "no Parquet")).status).toBe(400);
  expect((await put(signed!)).status).toBe(200);
  expect((await put(signed!)).status).toBe(200);
  expect((await put(signed!, "PAR1 others PAR1")).status).toBe(409);
  const { job } = (await post("ingest-dataframe", ingest)).body as { job: { id: string } };
  expect(job).toMatchObject({ ...table, job_type: "ingest", state: "MATERIALIZATION_TASK_STATUS_RUNNING" });
  expect((await post("get-materialization-job", { ...table, job_id: job.id })).body).toEqual({ job });
});

test("a signed URL is good for as long as its key and its upload are", async () => {
  const { id, secret } = await server.registry.apiKeys.create({ name: "airflow", role: "admin" });
  const table = { workspace: "wired", feature_view: "gates" };
  const signed = async (key: string): Promise<string> =>
    String((await post("get-dataframe-info", table, key)).body["signed_url_for_df_upload"]);
  const revoked = await signed(secret);
  await server.registry.apiKeys.revoke(id);
  expect((await put(revoked)).status).toBe(403);
  const short = await server.startSecond({ spineTtlMs: 1 });
  expect((await put((await signed(server.adminKey)).replace(url, short.url))).status).toBe(410);
  expect((await post("get-dataframe-info", table, server.readerKey)).status).toBe(403);
  expect((await post("get-dataframe-info", named)).status).toBe(400);
});

test("who tries many signatures is refused", async () => {
  const short = await server.startSecond({ authenticationFailuresPerMinute: 3 });
  const tries = ["a", "b", "c", "d"].map(
    (text) => `${short.url}/v1/workspaces/wired/spines/x?signature=${text}`,
  );
  const found = [];
  for (const one of tries) found.push((await put(one)).status);
  expect(found).toEqual([403, 403, 403, 429]);
});
