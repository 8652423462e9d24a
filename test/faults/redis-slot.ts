import { Redis } from "ioredis";
import { freePort, startRedisServer } from "@tesela/test/support";

const DOWN_MS = 300;

/** A Redis of its own that can be lost with all that it holds. */
export interface RedisSlot extends AsyncDisposable {
  readonly url: string;
  /** As by kill -9; it comes back empty. */
  kill(): Promise<void>;
  flush(): Promise<void>;
}

/** Starts it. */
export async function startRedisSlot(): Promise<RedisSlot> {
  const port = await freePort();
  let server = await startRedisServer(port);
  return {
    url: server.url,
    async kill() {
      await server.stop("SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, DOWN_MS));
      server = await startRedisServer(port);
    },
    async flush() {
      const client = new Redis(server.url);
      await client.flushall();
      await client.quit();
    },
    [Symbol.asyncDispose]: () => server.stop("SIGKILL"),
  };
}
