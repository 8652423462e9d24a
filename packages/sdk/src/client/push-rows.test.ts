import { expect, test } from "vitest";
import { streamSource, push } from "../declare/source.ts";
import { parquetFiles } from "../declare/files.ts";
import { connect } from "./connect.ts";

const clicks = streamSource({
  name: "clicks",
  stream: push(),
  batch: parquetFiles("clicks.parquet", { timestampField: "at" }),
});

/** A platform that answers nothing of the first requests, and keeps their bodies. */
function clientWith(bodies: unknown[], failures: number) {
  return connect({
    url: "http://localhost:1",
    apiKey: "key",
    adapter: async (config) => {
      bodies.push(JSON.parse(String(config.data)));
      const isLost = bodies.length <= failures;
      const metrics = {
        featureViewName: "clicked",
        onlineRecordIngestCount: "2",
        offlineRecordIngestCount: "0",
        featureViewId: "1",
        rejectedRecordCount: "1",
      };
      const answer = { workspaceName: "prod", ingestMetrics: { featureViewIngestMetrics: [metrics] } };
      const problem = {
        type: "about:blank",
        title: "",
        status: 503,
        code: "UNAVAILABLE",
        detail: "",
        requestId: "1",
      };
      const response = {
        data: isLost ? problem : answer,
        status: isLost ? 503 : 200,
        statusText: "",
        headers: {},
        config,
      };
      if (isLost) throw Object.assign(new Error("503"), { isAxiosError: true, config, response });
      return response;
    },
  });
}

test("rows travel as JSON holds them exactly, and what each view took comes back", async () => {
  const bodies: unknown[] = [];
  const workspace = clientWith(bodies, 0).getWorkspace("prod");
  const row = {
    id: 9007199254740993n,
    at: new Date("2024-05-01T10:00:00Z"),
    price: Number.NaN,
    raw: new Uint8Array([1, 2, 255]),
    note: null,
  };
  expect(await workspace.ingest(clicks, [row], { idempotencyKey: "k" })).toEqual([
    { featureView: "clicked", events: 2, rejected: 1 },
  ]);
  const record = {
    id: "9007199254740993",
    at: "2024-05-01T10:00:00.000Z",
    price: "NaN",
    raw: "AQL/",
    note: null,
  };
  expect(bodies).toEqual([
    { workspace_name: "prod", dry_run: false, idempotency_key: "k", records: { clicks: [{ record }] } },
  ]);
});

test("a request whose answer was lost is sent again under the same idempotency key", async () => {
  const bodies: { idempotency_key: string }[] = [];
  await clientWith(bodies, 2)
    .getWorkspace("prod")
    .ingest("clicks", [{ id: 1 }]);
  expect(bodies).toHaveLength(3);
  expect(new Set(bodies.map((body) => body.idempotency_key)).size).toBe(1);
});
