import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHash } from "node:crypto";
import { compileView, repositoryOf, resolveTable, type Definition } from "@tesela/core";
import { afterEach, expect, test } from "vitest";
import type { OnlineStore, ViewRead, ViewReadResult } from "../store/port.ts";
import { createFeatureServer } from "./feature-server.ts";
import type { ServingPlan } from "./serving-plan.ts";

const SECRET = "tsk_a_b";

const table = {
  kind: "featureTable",
  name: "facts",
  entities: ["user"],
  timestampField: "at",
  features: [{ kind: "attribute", name: "score", type: "float64" }],
  featureStartTime: "2024-01-01T00:00:00Z",
  online: true,
  offline: false,
} as const;
const user: Definition = { kind: "entity", name: "user", joinKeys: [{ name: "id", type: "int64" }] };

function plan(): ServingPlan {
  const repository = repositoryOf([user, table]);
  const view = compileView(table, repository, resolveTable(table, repository));
  const served = { view, workspaceId: 1, generation: 1, expectedSeq: 0n };
  const hash = createHash("sha256").update(SECRET).digest("hex");
  return {
    clock: { mode: "live" },
    apiKeys: new Map([[hash, { id: "a", role: "reader", workspace: "prod" }]]),
    workspaces: new Map([
      ["prod", { views: new Map([["facts", served]]), services: new Map(), alone: new Map() }],
    ]),
  };
}

/** A store that answers when it is told to. */
class HeldStore {
  readonly #held: (() => void)[] = [];

  read = async (reads: readonly ViewRead[]): Promise<readonly ViewReadResult[]> => {
    await new Promise<void>((resolve) => this.#held.push(resolve));
    return reads.map(({ chunks }) => ({ marker: null, values: chunks.map(() => null) }));
  };

  async untilAsked(): Promise<void> {
    while (this.#held.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  release(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }
}

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function serve(store: HeldStore, requests: number) {
  const featureServer = createFeatureServer({
    store: store as unknown as OnlineStore,
    loadPlan: async () => plan(),
    logger: { error: () => {}, warn: () => {} },
    limits: { requests, rows: 10 },
  });
  await featureServer.start();
  const server = createServer((request, response) => void featureServer.handle(request, response));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const path = "/v1/workspaces/prod/feature-views/facts";
  const post = (route: string, body: object, key = SECRET): Promise<Response> =>
    fetch(`http://127.0.0.1:${port}${path}/${route}`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
  return { post, stop: () => featureServer.stop() };
}

test("more requests than it takes are refused at once, and those under way are answered", async () => {
  const store = new HeldStore();
  const { post, stop } = await serve(store, 1);
  const first = post("online-features", { joinKeys: { id: 1 } });
  await store.untilAsked();
  const refused = await post("online-features", { joinKeys: { id: 2 } });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("1");
  expect(await refused.json()).toMatchObject({ code: "RATE_LIMITED" });
  store.release();
  expect(await (await first).json()).toMatchObject({ features: { score: null } });
  await stop();
});

test("more rows than it takes at once are refused, whoever asks for them", async () => {
  const store = new HeldStore();
  const { post, stop } = await serve(store, 10);
  const rows = (count: number) => ({
    rows: Array.from({ length: count }, (_, id) => ({ joinKeys: { id } })),
  });
  const first = post("online-vectors", rows(8));
  await store.untilAsked();
  expect((await post("online-vectors", rows(3))).status).toBe(429);
  store.release();
  expect(((await (await first).json()) as { vectors: unknown[] }).vectors).toHaveLength(8);
  await stop();
});

test("a null key is refused here, and a key of no API key, too", async () => {
  const { post, stop } = await serve(new HeldStore(), 10);
  expect((await post("online-features", { joinKeys: { id: null } })).status).toBe(400);
  expect((await post("online-features", { joinKeys: { id: 1 } }, "tsk_x_y")).status).toBe(401);
  await stop();
});
