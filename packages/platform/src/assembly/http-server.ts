import { once } from "node:events";
import { createServer } from "node:http";
import { TeselaError } from "@tesela/core";
import type { FeatureServer } from "@tesela/online-store";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Where a server listens; port 0 is any free one. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** What answers the requests of a process. */
export interface Answering {
  readonly listener: RequestListener;
  /** Reads plain requests of its routes from the connections itself; `null`: all go to the listener. */
  readonly featureServer: FeatureServer | null;
}

/** A server that listens. */
export interface HttpServer {
  readonly server: Server;
  readonly direct: ReturnType<FeatureServer["takeConnections"]> | null;
}

const GRACE_MS = 5_000;
/** Connections whose last answer has gone are closed this soon. */
const SWEEP_MS = 50;
/** A large spine on a slow line takes longer than Node allows by itself. */
const REQUEST_TIMEOUT_MS = 3_600_000;

/** Listens and returns the server once it does. Throws `MISCONFIGURED` when the address cannot be used. */
export async function listen(
  { listener, featureServer }: Answering,
  { host, port }: Address,
): Promise<HttpServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    // Who still comes while the server closes is answered, and asked to come back elsewhere.
    if (!server.listening) response.setHeader("connection", "close");
    listener(request, response);
  });
  const direct = featureServer?.takeConnections(server) ?? null;
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    throw new TeselaError("MISCONFIGURED", `Cannot listen on ${host}:${port}: ${(cause as Error).message}.`, {
      fix: "Set TESELA_HOST and TESELA_PORT (--port) to an address that is free.",
      cause,
    });
  }
  return { server, direct };
}

/** The URL under which this machine reaches a server. */
export function urlOf({ server }: HttpServer): string {
  const { address, family, port } = server.address() as AddressInfo;
  const isAny = address === "0.0.0.0" || address === "::";
  const host = isAny ? "127.0.0.1" : family === "IPv6" ? `[${address}]` : address;
  return `http://${host}:${port}`;
}

/** Takes no more requests, lets those under way end, and cuts what is left after a few seconds. */
export async function closeServer({ server, direct }: HttpServer): Promise<void> {
  const closed = once(server, "close");
  const closeIdle = (): void => {
    server.closeIdleConnections();
    direct?.closeIdle();
  };
  server.close();
  closeIdle();
  const sweep = setInterval(closeIdle, SWEEP_MS);
  const timer = setTimeout(() => {
    server.closeAllConnections();
    direct?.closeAll();
  }, GRACE_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(timer);
}
