import { describe, expect, it } from "vitest";
import { MaterializationJobFailedError, MaterializationTimeoutError, type Job } from "../index.ts";
import { delays, untold } from "./testing/declarations.ts";
import { failure, problem, protocolServer, type Answer } from "./testing/protocol-server.ts";

const server = protocolServer();

const baseJob: Job = {
  id: "j1",
  featureView: "delays",
  workspace: "prod",
  type: "batch",
  trigger: "manual",
  rejectedRows: null,
  state: "PENDING",
  startTime: "2024-01-01T00:00:00Z",
  endTime: "2024-01-02T00:00:00Z",
  online: true,
  offline: true,
  overwrite: false,
  useManagedRetries: true,
  retryAt: null,
  error: null,
  createdAt: "2024-01-03T00:00:00Z",
  updatedAt: "2024-01-03T00:00:00Z",
  attempts: [],
  progress: { phase: "", fraction: null, rows: null, bytes: null },
};

describe("a materialization job", () => {
  const JOBS = "/v1/workspaces/prod/materialization-jobs";
  const running: Job = { ...baseJob, state: "RUNNING", updatedAt: "2024-01-03T00:00:01Z" };
  const done: Job = { ...baseJob, state: "SUCCESS", updatedAt: "2024-01-03T00:00:02Z" };

  it("is triggered for a range and known by its id", async () => {
    const line = "POST /v1/workspaces/prod/feature-views/delays/materialization-jobs";
    server.current.on(line, { status: 201, json: { job: baseJob } });
    const view = server.current.workspace.getFeatureView(delays);
    const request = { startTime: "2024-01-01", endTime: new Date(Date.UTC(2024, 0, 2)), overwrite: true };
    expect(await view.triggerMaterializationJob(request)).toBe("j1");
    expect(server.current.bodyOf(line)).toEqual({
      startTime: "2024-01-01T00:00:00Z",
      endTime: "2024-01-02T00:00:00Z",
      overwrite: true,
    });
    const bad = { startTime: "soon", endTime: "2024-01-02" };
    expect((await failure(view.triggerMaterializationJob(bad))).code).toBe("VALIDATION");
  });

  it("is found by its id among the view's, and listed over every page", async () => {
    const view = server.current.workspace.getFeatureView(delays);
    server.current.on(`GET ${JOBS}/j1`, { json: { job: done } });
    expect(await view.getMaterializationJob("j1")).toEqual(done);
    expect(
      (await failure(server.current.workspace.getFeatureView(untold).getMaterializationJob("j1"))).code,
    ).toBe("NOT_FOUND");
    server.current.on(
      `GET ${JOBS}`,
      { json: { jobs: [done], nextCursor: "c/1" } },
      { json: { jobs: [running], nextCursor: null } },
    );
    expect(await view.listMaterializationJobs({ state: "RUNNING" })).toEqual([done, running]);
    expect(server.current.received.slice(-2).map(({ line }) => line)).toEqual([
      `GET ${JOBS}?view=delays&limit=1000&state=RUNNING`,
      `GET ${JOBS}?view=delays&limit=1000&state=RUNNING&cursor=c%2F1`,
    ]);
  });

  it("is cancelled and tried again, unless it is another view's", async () => {
    server.current.on(`GET ${JOBS}/j1`, { json: { job: running } });
    server.current.on(`POST ${JOBS}/j1/cancel`, {
      json: { job: { ...running, state: "MANUALLY_CANCELLED" } },
    });
    server.current.on(`POST ${JOBS}/j1/retry`, { json: { job: { ...running, state: "MANUAL_RETRY" } } });
    const view = server.current.workspace.getFeatureView(delays);
    expect((await view.cancelMaterializationJob("j1")).state).toBe("MANUALLY_CANCELLED");
    expect((await view.retryMaterializationJob("j1")).state).toBe("MANUAL_RETRY");
    const other = server.current.workspace.getFeatureView(untold);
    expect((await failure(other.cancelMaterializationJob("j1"))).code).toBe("NOT_FOUND");
    expect((await failure(other.retryMaterializationJob("j1"))).code).toBe("NOT_FOUND");
    expect(server.current.received.filter(({ line }) => line.startsWith("POST"))).toHaveLength(2);
  });

  it("is asked for a page at a time, as far as somebody wants", async () => {
    server.current.on(`GET ${JOBS}`, { json: { jobs: [running, done], nextCursor: "c" } });
    const view = server.current.workspace.getFeatureView(delays);
    for await (const job of view.eachMaterializationJob({ endTime: new Date(0), offline: false })) {
      expect(job).toEqual(running);
      break;
    }
    expect(server.current.received.map(({ line }) => line)).toEqual([
      `GET ${JOBS}?view=delays&limit=1000&endTime=1970-01-01T00:00:00Z&offline=false`,
    ]);
    expect(await view.pageOfMaterializationJobs({ limit: 2, cursor: "b" })).toMatchObject({
      nextCursor: "c",
    });
  });

  it("is waited for from one change to the next, and outlives errors that pass", async () => {
    server.current.on(`GET ${JOBS}/j1`, { json: { job: baseJob } });
    const later: Answer = { status: 503, json: problem("UNAVAILABLE", 503, "restarting") };
    server.current.on(`GET ${JOBS}/j1/wait`, { json: { job: baseJob } }, { json: { job: running } }, later, {
      json: { job: done },
    });
    const seen: string[] = [];
    const view = server.current.workspace.getFeatureView(delays);
    const job = await view.waitForMaterializationJob("j1", {
      timeout: "10m",
      onProgress: (j) => seen.push(j.state),
    });
    expect(job).toEqual(done);
    expect(seen).toEqual(["PENDING", "RUNNING", "SUCCESS"]);
    expect(server.current.received.at(-1)?.line).toBe(
      `GET ${JOBS}/j1/wait?timeoutSeconds=25&since=2024-01-03T00:00:01Z`,
    );
  });

  it("that ends without success throws with the job and its last error", async () => {
    const attempt = { number: 1, startedAt: "x", endedAt: "y", workerId: "w", rows: null } as const;
    const error = { code: "SOURCE_MISSING", message: "no file" } as const;
    const attempts: Job["attempts"] = [
      { ...attempt, state: "FAILURE", error },
      { ...attempt, number: 2, state: "CANCELLED", error: null },
    ];
    server.current.on(`GET ${JOBS}/j1`, { json: { job: { ...done, state: "FAILURE", attempts } } });
    const thrown = await failure(
      server.current.workspace.getFeatureView(delays).waitForMaterializationJob("j1"),
    );
    expect(thrown).toBeInstanceOf(MaterializationJobFailedError);
    expect(thrown).toMatchObject({
      code: "JOB_FAILED",
      message: 'Materialization job "j1" ended as FAILURE. SOURCE_MISSING: no file',
      job: { id: "j1", state: "FAILURE" },
      lastError: error,
    });
  });

  it("that takes too long throws with the job as it was last seen", async () => {
    server.current.on(`GET ${JOBS}/j1`, { json: { job: running } });
    server.current.on(`GET ${JOBS}/j1/wait`, { json: { job: running } });
    const view = server.current.workspace.getFeatureView(delays);
    const thrown = await failure(view.waitForMaterializationJob("j1", { timeoutMs: 30 }));
    expect(thrown).toBeInstanceOf(MaterializationTimeoutError);
    expect(thrown).toMatchObject({ code: "TIMEOUT", job: running });
  });
});
