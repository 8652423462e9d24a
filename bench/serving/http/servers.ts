import { createHash } from "node:crypto";
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServingMetrics } from "@tesela/control-plane";
import { createFeatureServer, openRedisStore, serveService } from "@tesela/online-store";
import express from "express";
import { Redis } from "ioredis";
import { served } from "../fill.ts";
import { attributeView, NOW } from "../views.ts";
import { ADDRESS, HTTP_FEATURES, HTTP_GENERATION, type ServerSettings } from "./settings.ts";

/** The servers that are compared, by name. */
export const servers: Readonly<Record<string, (settings: ServerSettings) => Promise<Server>>> = {
  tesela,
  "node:http": async ({ redisUrl }) => createServer(bareListener(new Redis(redisUrl))),
  express: async ({ redisUrl }) => createServer(expressListener(new Redis(redisUrl))),
};

/** The feature server as its process has it, with its metrics, on a plan of one service. */
async function tesela({ redisUrl, prefix }: ServerSettings): Promise<Server> {
  const store = openRedisStore({ url: redisUrl, prefix });
  await store.start();
  const view = served(attributeView("user_facts", HTTP_FEATURES), HTTP_GENERATION);
  const service = serveService(
    { kind: "featureService", name: ADDRESS.service, views: [{ view: "user_facts" }] },
    new Map([["user_facts", { served: view, about: {} }]]),
  );
  const featureServer = createFeatureServer({
    store,
    loadPlan: async () => ({
      clock: { mode: "frozen", at: NOW },
      apiKeys: new Map([[hashOf(ADDRESS.key), { id: "1", role: "reader", workspace: null }]]),
      workspaces: new Map([
        [
          ADDRESS.workspace,
          {
            views: new Map([["user_facts", view]]),
            services: new Map([[ADDRESS.service, service]]),
            alone: new Map(),
          },
        ],
      ]),
    }),
    logger: console,
    metrics: createServingMetrics({ withProcess: true }).metrics,
  });
  await featureServer.start();
  const server = createServer((request, response) => void featureServer.handle(request, response));
  featureServer.takeConnections(server);
  return server;
}

function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Reads the key from the body, does one GET (of a batch one MGET), and prints what it got. */
function bareListener(redis: Redis): RequestListener {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const found = await answerOf(redis, JSON.parse(String(await bodyOf(request))) as Body);
    response.writeHead(200, { "content-type": "application/json", "content-length": found.length });
    response.end(found);
  };
  return (request, response) => void answer(request, response);
}

function expressListener(redis: Redis): RequestListener {
  const app = express();
  app.use(express.json({ limit: "1mb" }));
  app.post(/.*/, (request, response, next) => {
    answerOf(redis, request.body as Body).then((answer) => response.type("json").send(answer), next);
  });
  return app;
}

interface Row {
  readonly joinKeyMap: { readonly user_id: string };
}

interface Body {
  readonly params: Row & { readonly requestData?: readonly Row[] };
}

async function answerOf(redis: Redis, { params }: Body): Promise<Buffer> {
  if (params.requestData === undefined) {
    return (await redis.getBuffer(`answer:${params.joinKeyMap.user_id}`))!;
  }
  const keys = params.requestData.map(({ joinKeyMap }) => `vector:${joinKeyMap.user_id}`);
  const vectors = await redis.mgetBuffer(...keys);
  return Buffer.from(`{"result":[${vectors.join(",")}]}`);
}

function bodyOf(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

/** Listens on a free port of this machine. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}
