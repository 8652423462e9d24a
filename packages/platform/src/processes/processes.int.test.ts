import { randomUUID } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  attribute,
  batchFeatureView,
  batchSource,
  connect,
  declarationsOf,
  entity,
  parquetFiles,
  sql,
} from "@tesela/sdk";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { startRegistry } from "../assembly/backends.ts";
import { createLogger } from "../assembly/logger.ts";
import { readConfig } from "../config/config.ts";
import { directoryUrl } from "../config/settings.ts";
import { Lifetime } from "../lifetime/lifetime.ts";
import { startServer } from "./server.ts";
import { startWorker } from "./worker.ts";
import type { Config } from "../config/config.ts";

const logger = createLogger("fatal", "test");
const orders = fileURLToPath(new URL("../../assets/orders.parquet", import.meta.url));

const lastOrder = batchFeatureView({
  name: "last_order",
  entities: [entity({ name: "customer", joinKeys: { customer_id: "int64" } })],
  sources: {
    orders: batchSource({
      name: "orders",
      batch: parquetFiles("orders.parquet", { timestampField: "ordered_at" }),
    }),
  },
  transform: ({ orders }) => sql`select customer_id, ordered_at, amount from ${orders}`,
  timestampField: "ordered_at",
  features: [attribute("amount", "float64")],
  batchSchedule: "1d",
  featureStartTime: "2024-01-02",
  online: true,
  offline: true,
});

describe.each(["redis", "postgres"] as const)(
  "control plane, feature server and worker apart, on %s",
  (backend) => {
    const lifetime = new Lifetime();
    const home = mkdtempSync(join(tmpdir(), "tesela-processes-"));
    let databaseUrl: string;
    let config: Config;
    let apiKey: string;

    beforeAll(async () => {
      databaseUrl = await createDatabase(inject("pgUrl"));
      copyFileSync(orders, join(home, "orders.parquet"));
      config = readConfig({
        DATABASE_URL: databaseUrl,
        REDIS_URL: inject("redisUrl"),
        TESELA_REDIS_PREFIX: `test-${randomUUID()}`,
        TESELA_ONLINE_STORE: backend,
        TESELA_QUEUE: backend,
        OFFLINE_STORE_URL: directoryUrl(join(home, "offline")),
        TESELA_SOURCE_ROOTS: home,
        TESELA_TEMP_ROOT: join(home, "temp"),
        TESELA_WORKER_MEMORY: "512MB",
        TESELA_PORT: "0",
        TESELA_SCHEDULER: "off",
      });
      const registry = await startRegistry(lifetime, databaseUrl);
      apiKey = (await registry.apiKeys.create({ name: "test", role: "admin" })).secret;
    });

    afterAll(async () => {
      await lifetime.stop();
      await dropDatabase(inject("pgUrl"), databaseUrl);
      rmSync(home, { recursive: true, force: true });
    });

    test("what one materializes another serves", async () => {
      const stop = (part: { stop(): Promise<void> }): Promise<void> => part.stop();
      const controlPlane = await lifetime.start(
        "c",
        () => startServer("control-plane", config, logger),
        stop,
      );
      const featureServer = await lifetime.start(
        "f",
        () => startServer("feature-server", config, logger),
        stop,
      );
      await lifetime.start("w", () => startWorker(config, logger), stop);

      const workspace = connect({ url: controlPlane.url, apiKey }).getWorkspace("default");
      await workspace.apply(declarationsOf({ lastOrder }));
      const view = workspace.getFeatureView(lastOrder);
      const id = await view.triggerMaterializationJob({ startTime: "2024-01-01", endTime: "2024-02-01" });
      await view.waitForMaterializationJob(id, { timeout: "60s" });

      const served = connect({ url: featureServer.url, apiKey })
        .getWorkspace("default")
        .getFeatureView(lastOrder);
      const vector = await served.getOnlineFeatures({ customer_id: 7n });
      expect(vector.toObject()).toEqual({ amount: 38 });
      expect(vector.metadata.edge).toBe("2024-02-01T00:00:00Z");
    });

    test("a feature server tells its health to anybody, and nothing else", async () => {
      const { url } = await lifetime.start(
        "f",
        () => startServer("feature-server", config, logger),
        (server) => server.stop(),
      );
      expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: "ready" });
      expect(await (await fetch(`${url}/healthz`)).json()).toMatchObject({ status: "ok" });
      expect((await fetch(`${url}/v1/workspaces`)).status).toBe(401);
      const withKey = { headers: { authorization: `Bearer ${apiKey}` } };
      expect((await fetch(`${url}/v1/workspaces`, withKey)).status).toBe(404);
    });
  },
);
