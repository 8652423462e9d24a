import { randomUUID } from "node:crypto";
import type { JobsOptions } from "bullmq";
import type { Log } from "../log.ts";
import { answered } from "./bounded.ts";
import type { JobQueue, MessageHandler, QueueMessage, QueueName, QueueWorker } from "./port.ts";

/** What is used of BullMQ's Queue and Worker. */
interface Closable {
  on(event: "error", listener: (error: Error) => void): unknown;
  close(): Promise<void>;
  disconnect(): Promise<void>;
}

/** What is used of BullMQ's Queue. */
export interface BullQueue extends Closable {
  add(name: string, data: QueueMessage, options: JobsOptions): Promise<unknown>;
  getWaitingCount(): Promise<number>;
}

/** What is used of BullMQ's Worker. */
export interface BullWorker extends Closable {
  waitUntilReady(): Promise<unknown>;
}

/** BullMQ on one of its servers. */
export interface BullDriver {
  readonly kind: "redis" | "postgres";
  /** How messages name the server. */
  readonly server: string;
  prepare(): Promise<void>;
  openQueue(name: QueueName): BullQueue;
  openWorker(
    name: QueueName,
    take: (job: { readonly data: QueueMessage }) => Promise<void>,
    concurrency: number,
  ): BullWorker;
}

/** Messages are kept no longer than their handler runs, and are never tried again: retries are the ledger's. */
const ONCE = { attempts: 1, removeOnComplete: true, removeOnFail: true } as const;

/** The queue port on BullMQ; connects at `start` or on first use. */
export function createBullQueue(driver: BullDriver, log: Log): JobQueue {
  const { kind, server } = driver;
  const queues = new Map<QueueName, BullQueue>();
  const workers = new Set<QueueWorker>();
  let prepared: Promise<void> | null = null;

  /** What failed is tried again by the next call. */
  const prepare = (): Promise<void> =>
    (prepared ??= driver.prepare().catch((error: unknown) => {
      prepared = null;
      throw error;
    }));
  const open = (name: QueueName): BullQueue => {
    const queue = queues.get(name) ?? driver.openQueue(name);
    if (!queues.has(name)) queue.on("error", (error) => log(`queue "${name}" on ${server}`, error));
    queues.set(name, queue);
    return queue;
  };
  const ping = async (): Promise<void> => {
    await answered(
      server,
      prepare().then(() => open("check").getWaitingCount()),
    );
  };

  return {
    kind,
    start: ping,
    ping,
    async send(name, { id, fence }) {
      // A finished job of the same id would swallow this one, so each sending has an id of its own.
      const jobId = `${id}-${fence}-${randomUUID()}`;
      const add = async () => open(name).add(name, { id, fence }, { ...ONCE, jobId });
      await answered(server, prepare().then(add));
    },
    async work(name, handler, { concurrency }) {
      await answered(server, prepare());
      const worker = await startWorker(driver, name, handler, concurrency, log);
      workers.add(worker);
      return worker;
    },
    async stop() {
      await Promise.all([...workers].map((worker) => worker.stop()));
      await Promise.all([...queues.values()].map((queue) => close(server, queue)));
      queues.clear();
      workers.clear();
    },
  };
}

async function startWorker(
  driver: BullDriver,
  name: QueueName,
  handler: MessageHandler,
  concurrency: number,
  log: Log,
): Promise<QueueWorker> {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const take = async ({ data }: { readonly data: QueueMessage }): Promise<void> => {
    const done = handler(data, stopping.signal).catch((error: unknown) => log(`message of "${name}"`, error));
    running.add(done);
    await done;
    running.delete(done);
  };
  const worker = driver.openWorker(name, take, concurrency);
  worker.on("error", (error) => log(`worker of "${name}" on ${driver.server}`, error));
  const stop = async (): Promise<void> => {
    stopping.abort();
    await Promise.all(running);
    await close(driver.server, worker);
  };
  try {
    await answered(driver.server, worker.waitUntilReady());
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** A server that is away cannot be told of the end: then the connection is just dropped. */
async function close(server: string, target: Closable): Promise<void> {
  await answered(server, target.close()).catch(() => answered(server, target.disconnect()).catch(() => {}));
}
