import { once } from "node:events";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A server on a free port of this machine, with the connections that it knows of. */
export interface TcpListener extends AsyncDisposable {
  readonly port: number;
  /** Has a connection cut with the others. */
  remember(socket: Socket): void;
  /** What is connected now. */
  readonly sockets: ReadonlySet<Socket>;
  /** Cuts all connections. */
  readonly cut: () => void;
  /** Cuts all connections and takes no new ones, until `up`. */
  readonly down: () => Promise<void>;
  /** Listens on the same port again. */
  readonly up: () => Promise<void>;
}

/** Listens; every connection is remembered before it is handed over. */
export async function listenTcp(onConnection: (socket: Socket) => void): Promise<TcpListener> {
  const sockets = new Set<Socket>();
  const remember = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((socket) => {
    remember(socket);
    onConnection(socket);
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const down = (): Promise<void> => close(server, cut);
  const port = await listenOn(server, 0);
  return {
    port,
    remember,
    sockets,
    cut,
    down,
    up: async () => void (await listenOn(server, port)),
    [Symbol.asyncDispose]: down,
  };
}

async function listenOn(server: Server, port: number): Promise<number> {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function close(server: Server, cut: () => void): Promise<void> {
  cut();
  if (!server.listening) return;
  server.close();
  await once(server, "close");
}
