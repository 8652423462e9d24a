import { Redis } from "ioredis";
import { freePort, startRedisServer } from "@tesela/test/support";

const DOWN_MS = 300;
/** Longer than a lease. */
const PAUSED_MS = 2_500;

/** A Redis of its own that can be lost with all that it holds. */
export interface RedisSlot extends AsyncDisposable {
  readonly url: string;
  /** As by kill -9; it comes back empty. */
  kill(): Promise<void>;
  flush(): Promise<void>;
  /** Ends every connection to it. */
  dropConnections(): Promise<void>;
  /** For a while it takes what it is asked, and answers nothing. */
  pause(): Promise<void>;
}

/** Starts it. */
export async function startRedisSlot(): Promise<RedisSlot> {
  const port = await freePort();
  let server = await startRedisServer(port);
  const ask = async (...[command, ...args]: readonly [string, ...string[]]): Promise<void> => {
    const client = new Redis(server.url);
    await client.call(command, ...args);
    client.disconnect();
  };
  return {
    url: server.url,
    async kill() {
      await server.stop("SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, DOWN_MS));
      server = await startRedisServer(port);
    },
    flush: () => ask("FLUSHALL"),
    dropConnections: () => ask("CLIENT", "KILL", "TYPE", "normal"),
    pause: () => ask("CLIENT", "PAUSE", String(PAUSED_MS)),
    [Symbol.asyncDispose]: () => server.stop("SIGKILL"),
  };
}
