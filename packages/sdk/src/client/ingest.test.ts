import { describe, expect, it } from "vitest";
import type { Job } from "../index.ts";
import { failure, protocolServer } from "./testing/protocol-server.ts";

const server = protocolServer();
const TABLE = "/v1/workspaces/prod/feature-views/scores";
const JOBS = "/v1/workspaces/prod/materialization-jobs";

const definition = {
  kind: "featureTable",
  name: "scores",
  entities: ["user"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "float64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: true,
};
const columns = [
  { name: "user_id", duckdbType: "BIGINT", type: "int64" },
  { name: "at", duckdbType: "TIMESTAMP", type: "timestamp" },
  { name: "score", duckdbType: "DOUBLE", type: "float64" },
];
const table = { name: "scores", definition, columns, joinKeys: [{ name: "user_id", type: "int64" }] };
const done: Job = {
  id: "j1",
  featureView: "scores",
  workspace: "prod",
  type: "ingest",
  trigger: "manual",
  state: "SUCCESS",
  startTime: null,
  endTime: null,
  online: true,
  offline: true,
  overwrite: true,
  useManagedRetries: true,
  retryAt: null,
  rejectedRows: 1,
  error: null,
  createdAt: "2024-01-03T00:00:00Z",
  updatedAt: "2024-01-03T00:00:00Z",
  attempts: [],
  progress: { phase: "done", fraction: 1, rows: null, bytes: null },
};

describe("an ingest", () => {
  const prepare = (job: Job, featureView: object = table): void => {
    const spine = { id: "up-1", bytes: 9, expiresAt: "2024-01-04T00:00:00Z" };
    server.current.on(`GET ${TABLE}`, { json: { featureView } });
    server.current.on("POST /v1/workspaces/prod/spines", { status: 201, json: { spine } });
    server.current.on(`POST ${TABLE}/ingest`, { status: 201, json: { job } });
    server.current.on(`GET ${JOBS}/j1`, { json: { job } });
  };
  const rows = [{ user_id: 1, at: "2024-01-02T00:00:00.000001Z", score: 1 }];
  const scores = () => server.current.workspace.getFeatureView("scores");

  it("sends the rows up, names their upload, and resolves with the job that has succeeded", async () => {
    prepare(done);
    expect(await scores().ingest(rows)).toEqual(done);
    expect(server.current.bodyOf(`POST ${TABLE}/ingest`)).toEqual({ uploadId: "up-1" });
    const upload = server.current.received.find(({ line }) => line.endsWith("/spines"))!;
    expect(upload.body.subarray(0, 4).toString()).toBe("PAR1");
  });

  it("that fails throws what its job failed with", async () => {
    const error = { code: "VALIDATION" as const, message: 'there is no column "score"' };
    prepare({ ...done, state: "FAILURE", error });
    expect(await failure(scores().ingest(rows))).toMatchObject({ ...error, details: { jobId: "j1" } });
  });

  it("into a view that is computed is VALIDATION before anything is sent", async () => {
    prepare(done, { ...table, definition: { ...definition, kind: "batchFeatureView" } });
    expect((await failure(scores().ingest(rows))).code).toBe("VALIDATION");
    expect(server.current.received.map(({ line }) => line)).toEqual([`GET ${TABLE}`]);
  });
});
