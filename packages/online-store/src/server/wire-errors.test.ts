import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { wireErrorSchema } from "@tesela/contract";
import { compileView, repositoryOf, resolveTable, TeselaError, type Definition } from "@tesela/core";
import { expect, test } from "vitest";
import type { OnlineStore } from "../store/port.ts";
import { createFeatureServer } from "./feature-server.ts";
import { serveService } from "./served-service.ts";
import type { ServingPlan } from "./serving-plan.ts";

const table = {
  kind: "featureTable",
  name: "facts",
  entities: ["user", "ad"],
  onlineServingIndex: ["id"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "float64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: false,
} as const;
const entities: Definition[] = [
  { kind: "entity", name: "user", joinKeys: [{ name: "id", type: "int64" }] },
  { kind: "entity", name: "ad", joinKeys: [{ name: "ad", type: "string" }] },
];

function plan(): ServingPlan {
  const repository = repositoryOf([...entities, table]);
  const view = compileView(table, repository, resolveTable(table, repository));
  const served = { view, workspaceId: 1, generation: 1, expectedSeq: 0n };
  const online = new Map([["facts", { served, about: {} }]]);
  const service = serveService({ kind: "featureService", name: "all", views: [{ view: "facts" }] }, online);
  const hash = (secret: string): string => createHash("sha256").update(secret).digest("hex");
  return {
    clock: { mode: "live" },
    apiKeys: new Map([
      [hash("tsk_a_b"), { id: "a", role: "reader", workspace: "prod" }],
      [hash("tsk_c_d"), { id: "c", role: "reader", workspace: "other" }],
    ]),
    workspaces: new Map([
      [
        "prod",
        { views: new Map([["facts", served]]), services: new Map([["all", service]]), alone: new Map() },
      ],
    ]),
  };
}

/** A server whose store fails with an error. */
async function serve(thrown: unknown, requests = 10) {
  const fail = () => Promise.reject(thrown);
  const featureServer = createFeatureServer({
    store: { read: fail, readMembers: fail } as unknown as OnlineStore,
    loadPlan: async () => plan(),
    logger: { error: () => {}, warn: () => {} },
    limits: { requests, rows: 10 },
  });
  await featureServer.start();
  const server = createServer((request, response) => void featureServer.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    post: async (route: string, params: object, key: string) => {
      const response = await fetch(`http://127.0.0.1:${port}/api/v1/feature-service/${route}`, {
        method: "POST",
        headers: { authorization: `Tecton-key ${key}` },
        body: JSON.stringify({ params }),
      });
      return { status: response.status, body: wireErrorSchema.parse(await response.json()) };
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      await featureServer.stop();
    },
  };
}

const gone = new TeselaError("UNAVAILABLE", "The store is gone.");
const named = { workspaceName: "prod", featureServiceName: "all" };

test.each([
  [400, 3, {}, "tsk_a_b", gone],
  [401, 16, { joinKeyMap: { id: "1", ad: "a" } }, "tsk_no_no", gone],
  [403, 7, { joinKeyMap: { id: "1", ad: "a" } }, "tsk_c_d", gone],
  [404, 5, { featureServiceName: "none" }, "tsk_a_b", gone],
  [500, 13, { joinKeyMap: { id: "1", ad: "a" } }, "tsk_a_b", new Error("secret")],
  [503, 14, { joinKeyMap: { id: "1", ad: "a" } }, "tsk_a_b", gone],
  [504, 4, { joinKeyMap: { id: "1", ad: "a" } }, "tsk_a_b", new TeselaError("TIMEOUT", "Late.")],
])(
  "%i is error, message and code %i on every route that reads",
  async (status, code, params, key, thrown) => {
    await using server = await serve(thrown);
    const { joinKeyMap, ...rest } = { ...named, ...params } as { joinKeyMap?: { id: string; ad: string } };
    const { ad: _, ...partial } = joinKeyMap ?? {};
    const bodies = {
      "get-features": { ...rest, joinKeyMap },
      "get-features-batch": { ...rest, requestData: [{ joinKeyMap }] },
      "query-features": { ...rest, joinKeyMap: partial },
    };
    for (const [route, body] of Object.entries(bodies)) {
      const answer = await server.post(route, body, key);
      expect(answer).toMatchObject({ status, body: { code } });
      expect(answer.body.error).toBe(answer.body.message);
      expect(answer.body.message).not.toContain("secret");
    }
  },
);

test("429 is one, too", async () => {
  await using server = await serve(gone, 0);
  expect(await server.post("metadata", named, "tsk_a_b")).toMatchObject({ status: 429, body: { code: 8 } });
});
