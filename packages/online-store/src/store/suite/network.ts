import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

import { PASSWORD } from "./failure.ts";

/** A listening server that ends with its scope. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

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

/** Listens on a free port. */
export async function listen(onConnection: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    remember(sockets, socket);
    onConnection(socket);
  });
  const port = await listenOn(server, 0);
  return { port, [Symbol.asyncDispose]: () => close(server, sockets) };
}

/** Passes connections on to the server of `url`. */
export async function proxyTo(url: string): Promise<Proxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) remember(sockets, socket);
    near.pipe(far).pipe(near);
  });
  const port = await listenOn(server, 0);
  const proxied = new URL(url);
  proxied.host = `127.0.0.1:${port}`;
  return {
    url: proxied.href,
    goDown: () => close(server, sockets),
    comeBack: async () => void (await listenOn(server, port)),
    stall: () => sockets.forEach((socket) => socket.unpipe().pause()),
    [Symbol.asyncDispose]: () => close(server, sockets),
  };
}

function remember(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket);
  socket.on("error", () => socket.destroy());
  socket.on("close", () => sockets.delete(socket));
}

async function listenOn(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy();
  if (!server.listening) return;
  server.close();
  await once(server, "close");
}
