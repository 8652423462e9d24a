import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/** A running test service: its URL, how it was found (`environment`, `docker`, `local`, …), and its end. */
export interface Service {
  readonly url: string;
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** A service that runs elsewhere and is named by the environment variable `variable`; null where it is unset. */
export function fromEnvironment(variable: string): Service | null {
  const url = process.env[variable];
  return url ? { url, origin: variable, stop: async () => {} } : null;
}

/** A TCP port of 127.0.0.1 that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
