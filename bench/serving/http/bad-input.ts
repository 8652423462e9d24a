import { connect } from "node:net";
import type { WorkResult } from "../../harness/work.ts";
import { keyOf } from "../fill.ts";
import { exchange, requestOf } from "./load.ts";
import type { ServerProcess } from "./server-process.ts";
import { ADDRESS } from "./settings.ts";

/** What a refusal may take. */
const BAR_MS = 50;
const TIMES = 20;

/** The slowest refusal of bad requests, each sent several times on a connection of its own. */
export async function badInput({ port }: ServerProcess): Promise<WorkResult> {
  const slowest: Record<string, number> = {};
  for (const [name, { request, status }] of Object.entries(badRequests())) {
    for (let time = 0; time < TIMES; time++) {
      const socket = connect({ port, host: "127.0.0.1", noDelay: true });
      const startedAt = performance.now();
      const answer = await exchange(socket, request);
      const milliseconds = performance.now() - startedAt;
      socket.destroy();
      if (answer.status !== status) throw new Error(`${name}: ${answer.status}, expected ${status}`);
      slowest[`${name}: ms`] = Math.max(slowest[`${name}: ms`] ?? 0, milliseconds);
    }
  }
  const ratio = Math.max(...Object.values(slowest)) / BAR_MS;
  return {
    work: `bad input: share of the ${BAR_MS} ms that a refusal may take`,
    ratio,
    bar: 1,
    held: ratio <= 1,
    details: slowest,
  };
}

interface BadRequest {
  readonly request: Buffer;
  readonly status: number;
}

function badRequests(): Readonly<Record<string, BadRequest>> {
  const service = { workspaceName: ADDRESS.workspace, featureServiceName: ADDRESS.service };
  const asked = (params: object, status: number, key: string = ADDRESS.key): BadRequest => {
    const known = { ...service, joinKeyMap: { user_id: String(keyOf(0)[0]) } };
    return { request: requestOf(ADDRESS.path, key, { params: { ...known, ...params } }), status };
  };
  const keys = (joinKeyMap: object): BadRequest => asked({ joinKeyMap }, 400);
  const requestData = Array.from({ length: 10_001 }, () => ({ joinKeyMap: { user_id: "1" } }));
  const nested = requestOf(
    ADDRESS.path,
    ADDRESS.key,
    JSON.parse(`${"[".repeat(4_000)}${"]".repeat(4_000)}`) as object,
  );
  return {
    "a missing key": keys({}),
    "an extra key": keys({ user_id: "1", other: "1" }),
    "a wrong type": keys({ user_id: true }),
    "2^63": keys({ user_id: String(2n ** 63n) }),
    "an unknown service": asked({ featureServiceName: "nope" }, 404),
    "4,000 levels": { request: nested, status: 400 },
    "10,001 rows": {
      request: requestOf(`${ADDRESS.path}-batch`, ADDRESS.key, { params: { ...service, requestData } }),
      status: 400,
    },
    "a time that is over": asked({ requestOptions: { latencyBudgetMs: 0 } }, 504),
    "a wrong API key": asked({}, 401, "tsk_bench_wrong"),
  };
}
