/** The queues of the platform. */
export const QUEUE_NAMES = ["materialize", "part", "retrieve", "check", "ingest"] as const;

/** A queue: jobs of views, calls for help with a big one, historical retrievals, short checks, rows pushed into streams. */
export type QueueName = (typeof QUEUE_NAMES)[number];

/** All that a queue carries: which attempt or task, and its fence. Postgres knows the rest. */
export interface QueueMessage {
  readonly id: string;
  readonly fence: number;
}

/** Takes a message; the signal aborts when the worker is asked to stop. What it throws is logged, never retried. */
export type MessageHandler = (message: QueueMessage, signal: AbortSignal) => Promise<void>;

/** A running consumer of a queue. */
export interface QueueWorker {
  /** Takes no more messages, aborts the signal and waits for the handlers. */
  stop(): Promise<void>;
}

/** A carrier of messages: at least once while it lives; what it loses the dispatcher sends again. */
export interface JobQueue {
  readonly kind: "redis" | "postgres";
  start(): Promise<void>;
  /** Throws `UNAVAILABLE`, within seconds, when the queue's server does not answer. */
  send(queue: QueueName, message: QueueMessage): Promise<void>;
  work(
    queue: QueueName,
    handler: MessageHandler,
    options: { readonly concurrency: number },
  ): Promise<QueueWorker>;
  /** Throws `UNAVAILABLE`, within seconds, when the queue's server does not answer. */
  ping(): Promise<void>;
  /** Stops the workers too. */
  stop(): Promise<void>;
}
