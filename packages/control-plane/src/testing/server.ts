import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openOfflineStore, type OfflineStore } from "@tesela/offline-store";
import {
  createDispatcher,
  openRegistry,
  openPostgresQueue,
  type JobQueue,
  type NewApiKey,
  type Registry,
} from "@tesela/registry";
import { createDatabase, dropDatabase } from "@tesela/test/support";
import { pino } from "pino";
import { inject } from "vitest";
import { createControlPlane, type ControlPlane, type ControlPlaneOptions } from "../control-plane.ts";
import type { Limits } from "../limits.ts";
import { Client } from "./client.ts";

/** A further control plane over the same registry and stores. */
export interface SecondServer {
  readonly url: string;
  readonly client: Client;
  readonly controlPlane: ControlPlane;
  /** Resolves once a request is being answered. */
  isBusy(): Promise<void>;
  close(): Promise<void>;
}

/** A control plane over a real registry, queue and offline store, all of its own. */
export interface TestServer {
  readonly registry: Registry;
  readonly queue: JobQueue;
  readonly offlineStore: OfflineStore;
  readonly admin: Client;
  readonly reader: Client;
  readonly adminKey: string;
  readonly readerKey: string;
  /** All that was logged. */
  log(): string;
  clientOf(key: NewApiKey): Promise<Client>;
  startSecond(limits?: Partial<Limits>, options?: Partial<ControlPlaneOptions>): Promise<SecondServer>;
  stop(): Promise<void>;
}

/** Starts everything; limits that are left out are the defaults. */
export async function startTestServer(limits: Partial<Limits> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "control-plane-"));
  const databaseUrl = await createDatabase(inject("pgUrl"));
  const registry = await openRegistry({ databaseUrl });
  const queue = openPostgresQueue({ url: databaseUrl, schema: "queue" });
  const offlineStore = openOfflineStore(directory);
  await Promise.all([queue.start(), offlineStore.start()]);
  const lines: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line) => lines.push(line) });
  const dispatcher = createDispatcher({ registry, queue });
  const base = {
    registry,
    queue,
    dispatcher,
    offlineStore,
    logger,
    version: "1.2.3",
    scheduler: "off" as const,
  };
  const keys = {
    admin: (await registry.apiKeys.create({ name: "admin", role: "admin" })).secret,
    reader: (await registry.apiKeys.create({ name: "reader", role: "reader" })).secret,
  };
  const startSecond = (more: Partial<Limits> = {}, options: Partial<ControlPlaneOptions> = {}) =>
    listen(createControlPlane({ ...base, ...options, limits: { ...limits, ...more } }), keys.admin);
  const first = await startSecond();
  return {
    registry,
    queue,
    offlineStore,
    admin: first.client,
    reader: new Client(first.url, keys.reader),
    adminKey: keys.admin,
    readerKey: keys.reader,
    log: () => lines.join(""),
    clientOf: async (key) => new Client(first.url, (await registry.apiKeys.create(key)).secret),
    startSecond,
    stop: async () => {
      await first.close();
      await queue.stop();
      await Promise.all([registry.stop(), offlineStore.stop()]);
      await dropDatabase(inject("pgUrl"), databaseUrl);
      await rm(directory, { recursive: true });
    },
  };
}

async function listen(controlPlane: ControlPlane, key: string): Promise<SecondServer> {
  const server = createServer(controlPlane.handler);
  const busy = once(server, "request");
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${portOf(server)}`;
  return {
    url,
    client: new Client(url, key),
    controlPlane,
    isBusy: async () => void (await busy),
    close: async () => {
      await controlPlane.stop();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
