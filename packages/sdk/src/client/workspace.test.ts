import { describe, expect, it } from "vitest";
import { declarationsOf } from "../index.ts";
import { delays } from "./testing/declarations.ts";
import { protocolServer } from "./testing/protocol-server.ts";

const server = protocolServer();

describe("a workspace", () => {
  it("plans and applies definitions as the whole wanted state", async () => {
    const change = { action: "create", kind: "entity", name: "airport", reasons: [], isDestructive: false };
    const plan = {
      id: "p1",
      workspace: "prod",
      baseRevision: 0,
      isDestructive: false,
      expiresAt: "x",
      changes: [change],
    };
    server.current.on("POST /v1/workspaces/prod/plan", { json: { plan, addedLater: true } });
    server.current.on("POST /v1/workspaces/prod/apply", { json: { revision: 1, changes: [change] } });
    const definitions = declarationsOf({ delays });
    expect(await server.current.workspace.plan(definitions)).toEqual(plan);
    expect(server.current.bodyOf("POST /v1/workspaces/prod/plan")).toEqual({ definitions });
    expect(await server.current.workspace.apply({ planId: "p1" })).toEqual({
      revision: 1,
      changes: [change],
    });
    expect(server.current.bodyOf("POST /v1/workspaces/prod/apply")).toEqual({ planId: "p1" });
    await server.current.workspace.apply(definitions);
    expect(server.current.bodyOf("POST /v1/workspaces/prod/apply")).toEqual({ definitions });
  });
});
