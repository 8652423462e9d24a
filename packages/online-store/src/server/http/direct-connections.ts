import type { Server } from "node:http";
import type { Socket } from "node:net";
import { DirectConnection } from "./direct-connection.ts";
import type { DirectRequest } from "./direct-request.ts";
import type { HotExchange } from "./exchange.ts";

/**
 * Takes the connections of an HTTP server: plain requests of the hot routes are read and answered here, which costs a
 * third of what Node's HTTP does; all else is left to the server. Its closing closes these connections, too.
 */
export class DirectConnections {
  readonly #server: Server;
  readonly #answer: (request: DirectRequest, exchange: HotExchange) => void;
  readonly #open = new Set<DirectConnection>();

  constructor(server: Server, answer: (request: DirectRequest, exchange: HotExchange) => void) {
    this.#server = server;
    this.#answer = answer;
    const listeners = server.listeners("connection") as ((socket: Socket) => void)[];
    server.removeAllListeners("connection");
    server.on("connection", (socket) =>
      this.#take(socket, () => listeners.forEach((listener) => listener.call(server, socket))),
    );
  }

  /** Closes those that answer no request. */
  closeIdle(): void {
    for (const connection of this.#open) connection.closeIdle();
  }

  closeAll(): void {
    for (const connection of this.#open) connection.close();
  }

  #take(socket: Socket, handOver: () => void): void {
    const connection: DirectConnection = new DirectConnection(socket, {
      isOpen: () => this.#server.listening,
      answer: this.#answer,
      handOver,
      onClose: () => this.#open.delete(connection),
    });
    this.#open.add(connection);
  }
}
