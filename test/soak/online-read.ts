import { readFileSync } from "node:fs";
import { request, type Agent } from "node:http";
import { json } from "node:stream/consumers";
import { isDeepStrictEqual } from "node:util";
import { ordersOf, USERS } from "../e2e/faults-online/views.ts";
import type { OnlineWorld } from "../e2e/faults-online/world.ts";

const PAGE_BYTES = 4_096;
const SERVICE = "/api/v1/feature-service/get-features";

/** Reads the orders and clicks of some user; says `right`, or what the answer was. Nothing has been clicked. */
export async function readOrders({ featureServer, apiKey }: OnlineWorld, agent: Agent): Promise<string> {
  const userId = Math.floor(Math.random() * USERS);
  const joinKeyMap = { user_id: String(userId) };
  const params = { workspaceName: "default", featureServiceName: "both", joinKeyMap };
  const { status, body } = await post(`${featureServer.url}${SERVICE}`, apiKey, agent, { params });
  if (status !== 200) return String(status);
  const { features } = (body as { result: { features: unknown[] } }).result;
  return isDeepStrictEqual(features, ["0", null, ...ordersOf(userId)]) ? "right" : "wrong";
}

function post(
  url: string,
  apiKey: string,
  agent: Agent,
  body: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  const headers = { authorization: `Tecton-key ${apiKey}`, "content-type": "application/json" };
  const sent = request(url, { method: "POST", agent, headers }, (response) => {
    json(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
  });
  sent.on("error", reject);
  sent.end(JSON.stringify(body));
  return promise;
}

/** The memory that a process has now. */
export function residentMegabytes(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]);
  return Math.round((pages * PAGE_BYTES) / 2 ** 20);
}

/** The time within which so many per cent of all were done; of sorted times. */
export function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? 0;
}
