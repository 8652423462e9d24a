import { setTimeout } from "node:timers/promises";
import { Agent } from "node:http";
import { startPostgres } from "@tesela/test/support";
import { openOnlineWorld, type OnlineWorld } from "../e2e/faults-online/world.ts";
import { percentile, readOrders, residentMegabytes } from "./online-read.ts";

/** For how long, and at which share of what the server was measured to bear. */
export interface OnlineSoak {
  readonly minutes: number;
  readonly share: number;
}

const CONNECTIONS = 64;
const WARM_UP_MS = 5_000;
const MEASURE_MS = 10_000;
const TICK_MS = 5;
const SAMPLE_MS = 10_000;
/** What the least memory of the second half may have more than that of the first. */
const MOST_GROWTH = 1.2;
const SLACK_MEGABYTES = 30;

/**
 * Reads from a feature server process at a constant rate; says whether every answer was right and its memory stayed
 * flat. A request's time counts from when it was due, so a server that stands still is not forgiven what it kept waiting.
 */
export async function soakOnline({ minutes, share }: OnlineSoak): Promise<boolean> {
  await using stack = new AsyncDisposableStack();
  const postgres = await startPostgres();
  stack.defer(() => postgres.stop());
  const world = stack.use(await openOnlineWorld(postgres.url, { isProxied: false }));
  // In turn, so that no connection idles until the server closes it.
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: "fifo" });
  stack.defer(() => agent.destroy());
  await fullLoad(world, agent, WARM_UP_MS);
  const capacity = await fullLoad(world, agent, MEASURE_MS);
  const rate = Math.floor(capacity * share);
  console.log(`capacity ${Math.round(capacity)} requests/s; ${rate} requests/s for ${minutes} minutes`);
  return report(await constantLoad(world, agent, rate, minutes * 60_000));
}

/** Requests a second that the server answers when there is always another one. */
async function fullLoad(world: OnlineWorld, agent: Agent, forMs: number): Promise<number> {
  const began = performance.now();
  let answered = 0;
  const ask = async (): Promise<void> => {
    while (performance.now() - began < forMs) {
      await readOrders(world, agent);
      answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  return (answered / (performance.now() - began)) * 1_000;
}

interface Soaked {
  readonly tookMs: number[];
  readonly errors: Record<string, number>;
  readonly megabytes: readonly number[];
}

async function constantLoad(world: OnlineWorld, agent: Agent, rate: number, forMs: number): Promise<Soaked> {
  const tookMs: number[] = [];
  const errors: Record<string, number> = {};
  const megabytes = [residentMegabytes(world.featureServer.process.pid)];
  const pending = new Set<Promise<void>>();
  const ask = async (due: number): Promise<void> => {
    const end = await readOrders(world, agent).catch((error: unknown) => String(error));
    tookMs.push(performance.now() - due);
    if (end !== "right") errors[end] = (errors[end] ?? 0) + 1;
  };
  const began = performance.now();
  for (let sent = 0; performance.now() - began < forMs; await setTimeout(TICK_MS)) {
    const elapsed = performance.now() - began;
    for (; sent < (elapsed * rate) / 1_000; sent += 1) {
      const one = ask(began + (sent * 1_000) / rate).finally(() => pending.delete(one));
      pending.add(one);
    }
    if (elapsed > megabytes.length * SAMPLE_MS)
      megabytes.push(residentMegabytes(world.featureServer.process.pid));
  }
  await Promise.all(pending);
  megabytes.push(residentMegabytes(world.featureServer.process.pid));
  return { tookMs, errors, megabytes };
}

function report({ tookMs, errors, megabytes }: Soaked): boolean {
  const sorted = Float64Array.from(tookMs).toSorted();
  const [start, end] = [megabytes[0]!, megabytes.at(-1)!];
  const times = [50, 99, 99.9].map((share) => `p${share} ${percentile(sorted, share).toFixed(1)} ms`);
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  console.log(`${sorted.length} requests, ${failed} errors ${JSON.stringify(errors)}; ${times.join(", ")}`);
  console.log(`memory of the feature server: ${start} MB, ${end} MB at the end (${megabytes.join(" ")})`);
  return failed === 0 && isFlat(megabytes);
}

/** What is left after a collection counts: between two of them memory only grows. */
function isFlat(megabytes: readonly number[]): boolean {
  const middle = megabytes.length >> 1;
  const [before, after] = [megabytes.slice(0, middle), megabytes.slice(middle)].map((some) =>
    Math.min(...some),
  );
  return after! <= before! * MOST_GROWTH + SLACK_MEGABYTES;
}
