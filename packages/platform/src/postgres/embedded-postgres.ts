import { serverAccount } from "./account.ts";
import { findPostgresBinaries } from "./binaries.ts";
import { dataDirectory, placeOf } from "./data-directory.ts";
import { freePort } from "./free-port.ts";
import { clearPostmaster, readPostmaster } from "./postmaster.ts";
import { runServer, stopServer } from "./server-process.ts";
import { postgresPassword, readPostgresPassword } from "../embedded/secrets.ts";
import type { Logger } from "pino";
import type { ServerOptions } from "./server-process.ts";
import type { ChildProcess } from "node:child_process";

/** A running PostgreSQL: its URL holds the password. */
export interface EmbeddedPostgres {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed on `dir/postgres`: made on the first start, reused later. It
 * listens on 127.0.0.1 alone and asks everybody for a password (scram-sha-256). The caller holds the lock of `dir`.
 */
export async function startEmbeddedPostgres(dir: string, logger: Logger): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const binaries = findPostgresBinaries(account);
  const password = postgresPassword(dir);
  const data = dataDirectory({ dir, account, binaries, password });
  await clearPostmaster(data);
  const { child, port } = await runOnFreePort({ binaries, account, data, logger });
  return { url: urlOf(port, password), stop: () => stopServer(child) };
}

/** The URL of the server that runs on `dir/postgres`, for whoever may read the password there; null when none runs. */
export function embeddedPostgresUrl(dir: string): string | null {
  const running = readPostmaster(placeOf(dir));
  const password = readPostgresPassword(dir);
  return running === null || password === null ? null : urlOf(running.port, password);
}

async function runOnFreePort(
  options: Omit<ServerOptions, "port">,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  for (let triesLeft = 2; ; triesLeft -= 1) {
    const port = await freePort();
    try {
      return { child: await runServer({ ...options, port }), port };
    } catch (error) {
      // Another program may have taken the port since it was found free.
      if (triesLeft === 0 || !String(error).includes("could not bind")) throw error;
    }
  }
}

function urlOf(port: number, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
}
