import { createPostgresBackend, runMigrations, withBackend } from "bullmq";
import pg from "pg";
import type { Log } from "../log.ts";
import { createBullQueue } from "./bull-queue.ts";
import type { JobQueue } from "./port.ts";

/** Where the PostgreSQL of the queue is. */
export interface PostgresQueueOptions {
  /** `postgresql://…`: a session of its own is needed to listen, so no transaction pooler. */
  readonly url: string;
  /** The schema of its tables; made where it is missing. */
  readonly schema: string;
  readonly log?: Log;
}

/** Messages may be lost, the ledger sends them again (decision 4): so nobody waits for the disk. */
const options = "-c synchronous_commit=off";

const { Queue, Worker } = withBackend(createPostgresBackend);

/** The queue on PostgreSQL; connects nothing yet. */
export function openPostgresQueue({ url, schema, log = () => {} }: PostgresQueueOptions): JobQueue {
  const connection = { connectionString: url, schema, connectionTimeoutMillis: 3_000, max: 2, options };
  const driver = {
    kind: "postgres",
    server: "PostgreSQL",
    prepare: () => migrateQueue(url, schema),
    openQueue: (name) => new Queue(name, { connection, streams: { events: { maxLen: 100 } } }),
    openWorker: (name, take, concurrency) => new Worker(name, take, { connection, concurrency }),
  } as const satisfies Parameters<typeof createBullQueue>[0];
  return createBullQueue(driver, log);
}

/** BullMQ's own migrations, under its own lock. */
async function migrateQueue(url: string, schema: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
}
