import { randomUUID } from "node:crypto";
import { createDatabase, dropDatabase, freePort } from "@tesela/test/support";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import type { JobQueue, QueueMessage } from "./port.ts";
import { openPostgresQueue } from "./postgres-queue.ts";
import { openRedisQueue } from "./redis-queue.ts";

let databaseUrl: string;
beforeAll(async () => {
  databaseUrl = await createDatabase(inject("pgUrl"));
});
afterAll(() => dropDatabase(inject("pgUrl"), databaseUrl));

const logged: string[] = [];
const log = (message: string): void => void logged.push(message);
const name = (): string => `t_${randomUUID().replaceAll("-", "")}`;
const queues = {
  redis: (prefix: string) => openRedisQueue({ url: inject("redisUrl"), prefix, log }),
  postgres: (schema: string) => openPostgresQueue({ url: databaseUrl, schema, log }),
};
const nowhere = {
  redis: (port: number) => openRedisQueue({ url: `redis://127.0.0.1:${port}`, prefix: "t", log }),
  postgres: (port: number) =>
    openPostgresQueue({ url: `postgresql://a@127.0.0.1:${port}/a`, schema: "t", log }),
};

describe.each(["redis", "postgres"] as const)("the queue on %s", (kind) => {
  let queue: JobQueue;
  let space: string;
  beforeEach(async () => {
    space = name();
    queue = queues[kind](space);
    await queue.start();
  });
  afterEach(() => queue.stop());

  const collect = async (count: number, concurrency = 4): Promise<QueueMessage[]> => {
    const messages: QueueMessage[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const worker = await queue.work(
      "materialize",
      async (message) => {
        if (messages.push(message) === count) resolve();
      },
      { concurrency },
    );
    await promise;
    await worker.stop();
    return messages;
  };

  test("brings every message to a worker, sent before or after it started", async () => {
    expect(queue.kind).toBe(kind);
    await queue.ping();
    await queue.send("materialize", { id: "a", fence: 1 });
    const messages = collect(3);
    await queue.send("materialize", { id: "b", fence: 2 });
    await queue.send("materialize", { id: "c", fence: 3 });
    expect((await messages).toSorted((a, b) => a.fence - b.fence)).toEqual([
      { id: "a", fence: 1 },
      { id: "b", fence: 2 },
      { id: "c", fence: 3 },
    ]);
  });

  test("brings the same id and fence again, also after it was handled", async () => {
    const message = { id: randomUUID(), fence: 1 };
    await queue.send("materialize", message);
    expect(await collect(1)).toEqual([message]);
    await queue.send("materialize", message);
    await queue.send("materialize", message);
    expect(await collect(2)).toEqual([message, message]);
  });

  test("keeps its queues apart", async () => {
    await queue.send("check", { id: "check", fence: 1 });
    await queue.send("materialize", { id: "job", fence: 1 });
    expect(await collect(1)).toEqual([{ id: "job", fence: 1 }]);
  });

  test("runs as many handlers at once as it was told", async () => {
    const both = Promise.withResolvers<void>();
    let running = 0;
    const handler = async (): Promise<void> => {
      if (++running === 2) both.resolve();
      await both.promise;
    };
    const worker = await queue.work("retrieve", handler, { concurrency: 2 });
    await queue.send("retrieve", { id: "a", fence: 1 });
    await queue.send("retrieve", { id: "b", fence: 1 });
    await both.promise;
    await worker.stop();
    expect(running).toBe(2);
  });

  test("logs what a handler throws and never repeats the message", async () => {
    let calls = 0;
    const worker = await queue.work(
      "materialize",
      async () => {
        calls++;
        throw new Error("broken");
      },
      { concurrency: 1 },
    );
    await queue.send("materialize", { id: "a", fence: 1 });
    await expect.poll(() => logged).toContain('message of "materialize"');
    await worker.stop();
    await queue.send("materialize", { id: "b", fence: 1 });
    expect(await collect(1)).toEqual([{ id: "b", fence: 1 }]);
    expect(calls).toBe(1);
  });

  test("a worker that is stopped aborts its handlers and waits for them", async () => {
    const started = Promise.withResolvers<void>();
    let isEnded = false;
    const worker = await queue.work(
      "materialize",
      async (_, signal) => {
        const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
        started.resolve();
        await aborted;
        isEnded = true;
      },
      { concurrency: 1 },
    );
    await queue.send("materialize", { id: "a", fence: 1 });
    await started.promise;
    await worker.stop();
    expect(isEnded).toBe(true);
  });

  test("another process of the same name sees its messages", async () => {
    await queue.send("materialize", { id: "a", fence: 1 });
    await queue.stop();
    queue = queues[kind](space);
    expect(await collect(1)).toEqual([{ id: "a", fence: 1 }]);
  });
});

describe.each(["redis", "postgres"] as const)("the queue on a %s that is away", (kind) => {
  test("throws UNAVAILABLE within seconds, and stops", async () => {
    const queue = nowhere[kind](await freePort());
    const away = { code: "UNAVAILABLE" };
    await expect(queue.start()).rejects.toMatchObject(away);
    await expect(queue.send("check", { id: "a", fence: 1 })).rejects.toMatchObject(away);
    await expect(queue.work("check", async () => {}, { concurrency: 1 })).rejects.toMatchObject(away);
    await queue.stop();
  }, 40_000);
});
