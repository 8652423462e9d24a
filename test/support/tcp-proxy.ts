import { connect, type Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { listenTcp } from "./tcp-listener.ts";

/** Stands between clients and a server, and makes the way to it bad. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Holds back each piece of an answer for so long, in milliseconds; their order stays. */
  delay(milliseconds: number): void;
  /** Passes nothing on any more, and cuts nothing, of what is connected now. */
  readonly stall: () => void;
  /** Cuts all connections and takes no new ones, until `up`. */
  readonly down: () => Promise<void>;
  readonly up: () => Promise<void>;
  /** Cuts all connections; new ones go to another port. */
  redirect(port: number): void;
}

/** Listens on a free port for connections to another one, of this machine unless told. */
export async function startTcpProxy(port: number, host = "127.0.0.1"): Promise<TcpProxy> {
  let target = port;
  let delayMs = 0;
  const listener = await listenTcp((near) => {
    const far = connect(target, host);
    listener.remember(far);
    near.on("close", () => far.destroy());
    near.pipe(far);
    passDelayed(far, near, () => delayMs);
  });
  const { cut, down, up, sockets } = listener;
  return {
    port: listener.port,
    delay: (milliseconds) => void (delayMs = milliseconds),
    stall: () => sockets.forEach((socket) => socket.unpipe().pause()),
    down,
    up,
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
