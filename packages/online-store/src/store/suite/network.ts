import { startTcpProxy } from "@tesela/test/support";

import { PASSWORD } from "./failure.ts";

/** A proxy to a real server that can go down, come back on its port, and stop passing anything on. */
export interface Proxy extends AsyncDisposable {
  readonly url: string;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  stall(): void;
}

/** The url at another port of this machine, with a password where it has none. */
export function urlAt(url: string, port: number): string {
  const moved = new URL(url);
  moved.host = `127.0.0.1:${port}`;
  moved.password = PASSWORD;
  return moved.href;
}

/** Passes connections on to the server of `url`. */
export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url);
  const { port, down, up, stall } = await startTcpProxy(Number(target.port), target.hostname);
  target.host = `127.0.0.1:${port}`;
  return { url: target.href, goDown: down, comeBack: up, stall, [Symbol.asyncDispose]: down };
}
