import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import { openRedisStore } from "@tesela/online-store";
import { Redis } from "ioredis";
import type { WorkResult } from "../../harness/work.ts";
import { fillAttributes, keyOf } from "../fill.ts";
import { attributeView } from "../views.ts";
import { badInput } from "./bad-input.ts";
import { ask, Load, requestOf, type Exchange } from "./load.ts";
import { startServer, type ServerProcess } from "./server-process.ts";
import { ADDRESS, HTTP_FEATURES, HTTP_GENERATION } from "./settings.ts";

const KEYS = 1_000;
const CONNECTIONS = 16;
const BATCH_ROWS = 100;
/** Until the code of all servers is compiled. */
const WARM_ROUNDS = 15;
/** Requests a second, or vectors a second, as a share of the other's: at least this. */
const BARS = { bare: 0.75, express: 2.2, batch: 0.75 };

/** get-features over HTTP: ours, bare `node:http` and Express, each a process, asked by the same sockets in turns. */
export async function httpReads(redisUrl: string, isQuick: boolean): Promise<readonly WorkResult[]> {
  const settings = { redisUrl, prefix: `bench-${randomUUID()}` };
  await fill(settings);
  await using stack = new AsyncDisposableStack();
  const start = async (name: string): Promise<ServerProcess> => stack.use(await startServer(name, settings));
  const [ours, bare, express] = [await start("tesela"), await start("node:http"), await start("express")];
  const redis = stack.adopt(new Redis(redisUrl), (client) => client.disconnect());
  const single = await answersOf(ours, singleRequests());
  await keepAnswers(redis, single);
  const batches = await answersOf(ours, batchRequests());
  const rounds = isQuick ? 10 : 100;
  const [toBare, toExpress] = await contest([ours, bare, express], single, { rounds, requests: 1_000 });
  const [toBatch] = await contest([ours, bare], batches, { rounds, requests: 60 });
  return [
    resultOf(`HTTP get-features, ${HTTP_FEATURES} features, against bare node:http`, BARS.bare, toBare!),
    resultOf(`HTTP get-features, ${HTTP_FEATURES} features, against Express`, BARS.express, toExpress!),
    resultOf(`HTTP batch of ${BATCH_ROWS} keys, against bare node:http`, BARS.batch, toBatch!),
    await badInput(ours),
  ];
}

async function fill({ redisUrl, prefix }: { redisUrl: string; prefix: string }): Promise<void> {
  const store = openRedisStore({ url: redisUrl, prefix });
  await store.start();
  await fillAttributes(store, attributeView("user_facts", HTTP_FEATURES), HTTP_GENERATION, KEYS);
  await store.stop();
}

const service = { workspaceName: ADDRESS.workspace, featureServiceName: ADDRESS.service };

function rowOf(index: number): { readonly joinKeyMap: { readonly user_id: string } } {
  return { joinKeyMap: { user_id: String(keyOf(index)[0]) } };
}

function singleRequests(): readonly Buffer[] {
  return Array.from({ length: KEYS }, (_, index) =>
    requestOf(ADDRESS.path, ADDRESS.key, { params: { ...service, ...rowOf(index) } }),
  );
}

function batchRequests(): readonly Buffer[] {
  return Array.from({ length: KEYS / BATCH_ROWS }, (_, batch) => {
    const requestData = Array.from({ length: BATCH_ROWS }, (_, row) => rowOf(batch * BATCH_ROWS + row));
    return requestOf(`${ADDRESS.path}-batch`, ADDRESS.key, { params: { ...service, requestData } });
  });
}

/** What we answer is what the others have to print. */
async function answersOf({ port }: ServerProcess, requests: readonly Buffer[]): Promise<readonly Exchange[]> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const exchanges: Exchange[] = [];
  for (const request of requests) exchanges.push({ request, expected: await ask(socket, request) });
  socket.destroy();
  return exchanges;
}

async function keepAnswers(redis: Redis, exchanges: readonly Exchange[]): Promise<void> {
  for (const [index, { expected }] of exchanges.entries()) {
    const answer = String(expected);
    const { result } = JSON.parse(answer) as { result: object };
    const key = String(keyOf(index)[0]);
    await redis.mset(`answer:${key}`, answer, `vector:${key}`, JSON.stringify(result));
  }
}

interface Side {
  readonly perSecond: number;
  readonly cpuMicros: number;
}

interface Pair {
  readonly ours: readonly Side[];
  readonly theirs: readonly Side[];
}

/** The first server against each of the others. */
async function contest(
  servers: readonly ServerProcess[],
  exchanges: readonly Exchange[],
  { rounds, requests }: { readonly rounds: number; readonly requests: number },
): Promise<readonly Pair[]> {
  using stack = new DisposableStack();
  const loads = servers.map(({ port }) => stack.use(new Load(port, CONNECTIONS)));
  for (const load of loads) await load.run(exchanges, WARM_ROUNDS * requests);
  const sides: Side[][] = servers.map(() => []);
  for (let round = 0; round < rounds; round++) {
    const order = [...servers.keys()];
    for (const index of round % 2 === 0 ? order : order.toReversed()) {
      sides[index]!.push(await sideOf(servers[index]!, loads[index]!, exchanges, requests));
    }
  }
  return sides.slice(1).map((theirs) => ({ ours: sides[0]!, theirs }));
}

async function sideOf(
  server: ServerProcess,
  load: Load,
  exchanges: readonly Exchange[],
  requests: number,
): Promise<Side> {
  const cpu = await server.cpuMicros();
  const startedAt = performance.now();
  await load.run(exchanges, requests);
  const seconds = (performance.now() - startedAt) / 1_000;
  return { perSecond: requests / seconds, cpuMicros: ((await server.cpuMicros()) - cpu) / requests };
}

/** The ratio is theirs to ours, as everywhere: at most the inverse of the share that has to be reached. */
function resultOf(work: string, share: number, { ours, theirs }: Pair): WorkResult {
  const ratio = median(theirs.map(({ perSecond }, round) => perSecond / ours[round]!.perSecond));
  const medianOf = (sides: readonly Side[], what: keyof Side): number =>
    median(sides.map((side) => side[what]));
  return {
    work: `${work}: their requests a second to ours`,
    ratio,
    bar: 1 / share,
    held: ratio <= 1 / share,
    details: {
      "ours as a share of theirs": 1 / ratio,
      "wanted share": share,
      "requests/s": medianOf(ours, "perSecond"),
      "requests/s of the other": medianOf(theirs, "perSecond"),
      "CPU µs a request": medianOf(ours, "cpuMicros"),
      "CPU µs a request of the other": medianOf(theirs, "cpuMicros"),
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
