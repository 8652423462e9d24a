import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";

/** Stands between clients and a server of this machine, and makes the way to it bad. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Holds back each piece of an answer for so long, in milliseconds; their order stays. */
  delay(milliseconds: number): void;
  /** Cuts all connections and takes no new ones, until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Cuts all connections; new ones go to another port. */
  redirect(port: number): void;
}

/** Listens on a free port for connections to another one. */
export async function startTcpProxy(port: number): Promise<TcpProxy> {
  let target = port;
  let delayMs = 0;
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(target, "127.0.0.1");
    for (const socket of [near, far]) remember(sockets, socket);
    near.on("close", () => far.destroy());
    near.pipe(far);
    passDelayed(far, near, () => delayMs);
  });
  const cut = (): void => sockets.forEach((socket) => socket.destroy());
  const down = (): Promise<void> => close(server, cut);
  const own = await listenOn(server, 0);
  return {
    port: own,
    delay: (milliseconds) => void (delayMs = milliseconds),
    down,
    up: async () => void (await listenOn(server, own)),
    redirect(to) {
      target = to;
      cut();
    },
    [Symbol.asyncDispose]: down,
  };
}

/** One piece after another: what came earlier goes earlier, also when the delay has become shorter. */
function passDelayed(from: Socket, to: Socket, delayMs: () => number): void {
  let passing: Promise<unknown> = Promise.resolve();
  const pass = (act: () => void): void => {
    const due = performance.now() + delayMs();
    passing = passing.then(() => until(due)).then(act);
  };
  from.on("data", (piece) => pass(() => void (to.destroyed || to.write(piece))));
  from.on("close", () => pass(() => void to.destroy()));
}

async function until(due: number): Promise<void> {
  const left = due - performance.now();
  if (left > 0) await setTimeout(left);
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

async function close(server: Server, cut: () => void): Promise<void> {
  cut();
  if (!server.listening) return;
  server.close();
  await once(server, "close");
}
