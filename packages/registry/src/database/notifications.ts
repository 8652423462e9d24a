import { TeselaError } from "@tesela/core";
import pg from "pg";

/** The channel that the triggers of `job` and `task` notify with the id of the changed row. */
const CHANNEL = "tesela_change";

/** Without a notification a waiter looks again after this long: a safety net for broken connections. */
const POLL_MS = 2_000;

/** How long a wait may take and what ends it early. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Wakes whoever waits for a row; all share one connection that listens, opened on first use. */
export interface Notifications {
  /**
   * Reads until `isDone` or the time is over, and returns what was read last. Throws `CANCELLED` when the
   * signal aborts, `UNAVAILABLE` when the registry stops.
   */
  waitFor<T>(
    id: string,
    read: () => Promise<T>,
    isDone: (value: T) => boolean,
    options: WaitOptions,
  ): Promise<T>;
  stop(): Promise<void>;
}

/** Connects nothing yet. */
export function createNotifications(databaseUrl: string): Notifications {
  const waiters = new Map<string, Set<() => void>>();
  let isStopped = false;
  let listener: Promise<pg.Client | null> | null = null;

  const wakeAll = (): void => waiters.forEach((set) => set.forEach((wake) => wake()));
  const forget = (): void => {
    listener = null;
    wakeAll();
  };
  const onChange = (id: string): void => waiters.get(id)?.forEach((wake) => wake());

  return {
    async waitFor(id, read, isDone, { timeoutMs, signal }) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        if (isStopped) throw new TeselaError("UNAVAILABLE", "The registry is stopping.");
        if (signal?.aborted) throw new TeselaError("CANCELLED", "The wait was cancelled.");
        await (listener ??= listen(databaseUrl, onChange, forget));
        // Who waits is known before the row is read, so no change falls between the two.
        const wait = register(waiters, id, signal);
        try {
          const value = await read();
          const left = deadline - performance.now();
          if (isDone(value) || left <= 0) return value;
          await wait.within(Math.min(left, POLL_MS));
        } finally {
          wait.end();
        }
      }
    },
    async stop() {
      isStopped = true;
      wakeAll();
      const client = await listener;
      await client?.end();
    },
  };
}

interface Wait {
  /** Resolves when woken, aborted or late. */
  within(timeoutMs: number): Promise<void>;
  end(): void;
}

function register(waiters: Map<string, Set<() => void>>, id: string, signal: AbortSignal | undefined): Wait {
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = (): void => resolve();
  const set = waiters.get(id) ?? new Set();
  waiters.set(id, set.add(wake));
  signal?.addEventListener("abort", wake, { once: true });
  if (signal?.aborted) wake();
  let timer: NodeJS.Timeout | undefined;
  return {
    within: (timeoutMs) => {
      timer = setTimeout(wake, timeoutMs);
      return promise;
    },
    end: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      set.delete(wake);
      if (set.size === 0 && waiters.get(id) === set) waiters.delete(id);
    },
  };
}

/** A listening connection, or `null` where there is none now: then the polling carries on alone. */
async function listen(
  databaseUrl: string,
  onChange: (id: string) => void,
  onLost: () => void,
): Promise<pg.Client | null> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", onLost);
  client.on("notification", ({ payload }) => onChange(payload ?? ""));
  try {
    await client.connect();
    await client.query(`listen ${CHANNEL}`);
    return client;
  } catch {
    await client.end().catch(() => {});
    onLost();
    return null;
  }
}
