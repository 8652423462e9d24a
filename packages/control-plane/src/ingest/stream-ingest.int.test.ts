import { afterAll, beforeAll, expect, test } from "vitest";
import { airport, delays, flights, landed, landings } from "../testing/definitions.ts";
import { startTestServer, type TestServer } from "../testing/server.ts";
import { startChecker, startStreamer } from "../testing/worker.ts";

const at = { workspace: "streams" };
const unread = { ...landings, name: "unread", batch: { ...landings.batch, path: "unread.parquet" } };
let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
  await startChecker(server);
  await startStreamer(server);
  const definitions = [airport, flights, delays, landings, unread, { ...landed, online: true }];
  const { status } = await server.admin.call("apply", at, { body: { definitions } });
  expect(status).toBe(200);
});
afterAll(() => server.stop());

const record = (origin: string | null) => ({ record: { origin, date: "2001-01-01T10:00:00Z", delay: "1" } });
const push = (body: object, client = server.admin) => client.call("pushRows", {}, { body });

test("a push is answered with what each view took, in both spellings", async () => {
  const records = { landings: [record("ATL"), record(null)] };
  const expected = {
    workspaceName: "streams",
    ingestMetrics: {
      featureViewIngestMetrics: [
        {
          featureViewName: "landed",
          featureViewId: expect.stringMatching(/^\d+$/) as string,
          onlineRecordIngestCount: "1",
          offlineRecordIngestCount: "0",
          rejectedRecordCount: "1",
        },
      ],
    },
  };
  const answers = [
    await push({ workspace_name: "streams", dry_run: false, records }),
    await push({ workspaceName: "streams", idempotencyKey: "k", records }),
  ];
  expect(answers).toMatchObject([
    { status: 200, body: expected },
    { status: 200, body: expected },
  ]);
});

test("rows that no online view would see are refused, and so are unknown streams", async () => {
  const to = (stream: string) => push({ workspace_name: "streams", records: { [stream]: [record("ATL")] } });
  expect(await to("unread")).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
  expect(await to("flights")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  expect(await to("nothing")).toMatchObject({
    status: 404,
    body: { fix: "The workspace has: landings, unread.", requestError: { errorType: "NOT_FOUND" } },
  });
});

test("a request has a workspace and 1 to 1,000 records", async () => {
  const some = { landings: [record("ATL")] };
  const many = { landings: Array.from({ length: 1_001 }, () => record("ATL")) };
  const bad = [
    { records: some },
    { workspace_name: "streams", records: {} },
    { workspace_name: "streams", records: many },
  ];
  for (const body of bad)
    expect(await push(body)).toMatchObject({ status: 400, body: { code: "VALIDATION" } });
});

test("readers may not push", async () => {
  const body = { workspace_name: "streams", records: { landings: [record("ATL")] } };
  expect(await push(body, server.reader)).toMatchObject({ status: 403, body: { code: "FORBIDDEN" } });
});
