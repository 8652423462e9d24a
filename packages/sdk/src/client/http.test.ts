import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { connect, declarationsOf } from "../index.ts";
import { delays } from "./testing/declarations.ts";
import { FAST_RETRY, failure, KEY, problem, protocolServer, type Answer } from "./testing/protocol-server.ts";

const server = protocolServer();

const ONLINE = "POST /v1/workspaces/prod/feature-views/delays/online-features";
const metadata = { at: "2024-01-02T00:00:00Z", edge: null, effectiveTime: null };

describe("an error", () => {
  it("of the server keeps its code, fix, problems and request id", async () => {
    const problems = [{ path: "a.b", message: "no", fix: "yes" }];
    server.current.on("POST /v1/workspaces/prod/plan", {
      status: 400,
      json: problem("VALIDATION", 400, "Two problems.", { fix: "Mend them.", problems }),
    });
    const error = await failure(server.current.workspace.plan(declarationsOf({ delays })));
    expect(error).toMatchObject({
      code: "VALIDATION",
      message: "Two problems.",
      fix: "Mend them.",
      problems,
    });
    expect(error.details).toEqual({ requestId: "r-1" });
  });

  it("of a proxy is named by its status", async () => {
    server.current.on("GET /v1/workspaces/prod/feature-views", {
      status: 502,
      json: "<html>bad gateway</html>",
    });
    expect(await failure(server.current.workspace.listFeatureViews())).toMatchObject({
      code: "UNAVAILABLE",
      message: `${server.current.url} answered with status 502 and no reason.`,
    });
    server.current.on("GET /v1/workspaces/prod/feature-views", { status: 401, json: "" });
    expect((await failure(server.current.workspace.listFeatureViews())).code).toBe("UNAUTHENTICATED");
  });

  it("of a server that is none of ours is told, and a redirect is not followed", async () => {
    server.current.on("GET /v1/workspaces/prod/feature-views", { json: "<html>hello</html>" });
    expect((await failure(server.current.workspace.listFeatureViews())).message).toContain(
      "something else than agreed",
    );
    server.current.on("GET /v1/workspaces/prod/feature-views", { status: 302, json: "" });
    expect((await failure(server.current.workspace.listFeatureViews())).message).toContain("status 302");
  });

  it("of the network is UNAVAILABLE, and never shows the key, however deep one looks", async () => {
    server.current.on("POST /v1/workspaces/prod/apply", "drop");
    const error = await failure(server.current.workspace.apply(declarationsOf({ delays })));
    expect(error.code).toBe("UNAVAILABLE");
    server.current.on("GET /v1/workspaces/prod/feature-views", {
      status: 500,
      json: problem("INTERNAL", 500, "x"),
    });
    const other = await failure(server.current.workspace.listFeatureViews());
    for (const shown of [
      error,
      other,
      server.current.workspace,
      server.current.workspace.getFeatureView(delays),
      connect({ url: server.current.url, apiKey: KEY }),
    ]) {
      expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain(KEY);
    }
  });

  it("of time is TIMEOUT", async () => {
    server.current.on("GET /v1/workspaces/prod/feature-views", "hang");
    const retry = { ...FAST_RETRY, attempts: 1 };
    const impatient = connect({ url: server.current.url, apiKey: KEY, timeoutMs: 30, retry }).getWorkspace(
      "prod",
    );
    expect(await failure(impatient.listFeatureViews())).toMatchObject({ code: "TIMEOUT" });
  });

  it("of a bad address or key comes at once", () => {
    expect(() => connect({ url: "localhost:8080", apiKey: KEY })).toThrow(/no http address/);
    expect(() => connect({ url: server.current.url, apiKey: "" })).toThrow(/API key is empty/);
    expect(() => connect({ url: server.current.url, apiKey: "a\nb" })).toThrow(/characters that no key has/);
  });
});

describe("what is tried again", () => {
  const unavailable: Answer = { status: 503, json: problem("UNAVAILABLE", 503, "later") };

  it("is a read, after an error that may pass, a bounded number of times", async () => {
    const line = "GET /v1/workspaces/prod/feature-views";
    server.current.on(line, "drop", unavailable, { json: { featureViews: [] } });
    expect(await server.current.workspace.listFeatureViews()).toEqual([]);
    server.current.on(line, unavailable);
    server.current.received.length = 0;
    expect((await failure(server.current.workspace.listFeatureViews())).code).toBe("UNAVAILABLE");
    expect(server.current.received).toHaveLength(3);
  });

  it("is an online read, though it is a POST", async () => {
    const features = { worst: null, delay_mean_1d_1d: null, delay_count_7d_1d: "0" };
    server.current.on(ONLINE, unavailable, { json: { features, metadata } });
    const vector = await server.current.workspace
      .getFeatureView(delays)
      .getOnlineFeatures({ origin: "A", gate: 1 });
    expect(vector.toObject().delay_count_7d_1d).toBe(0);
  });

  it("is neither a write nor an error of the request", async () => {
    server.current.on("POST /v1/workspaces/prod/apply", unavailable);
    await failure(server.current.workspace.apply({ planId: "p" }));
    await failure(server.current.workspace.listFeatureViews());
    expect(server.current.received).toHaveLength(2);
  });
});

describe("aborting", () => {
  it("ends a call that hangs, with CANCELLED and its reason", async () => {
    const controller = new AbortController();
    server.current.answer("GET /v1/workspaces/prod/feature-views", () => {
      controller.abort(new Error("enough"));
      return "hang";
    });
    const error = await failure(server.current.workspace.listFeatureViews({ signal: controller.signal }));
    expect(error).toMatchObject({ code: "CANCELLED", cause: new Error("enough") });
    expect(
      (await failure(server.current.workspace.listFeatureViews({ signal: controller.signal }))).code,
    ).toBe("CANCELLED");
  });

  it("ends the pause before another try", async () => {
    const controller = new AbortController();
    const slow = { attempts: 3, baseDelayMs: 60_000, maxDelayMs: 60_000 };
    const patient = connect({ url: server.current.url, apiKey: KEY, retry: slow }).getWorkspace("prod");
    server.current.on("GET /v1/workspaces/prod/feature-views", {
      status: 503,
      json: problem("UNAVAILABLE", 503, "later"),
    });
    const call = failure(patient.listFeatureViews({ signal: controller.signal }));
    setTimeout(() => controller.abort(), 50);
    expect((await call).code).toBe("CANCELLED");
  });
});
