import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { TeselaError } from "@tesela/core";
import type { ChildProcess } from "node:child_process";
import type { Logger } from "pino";
import type { ServerAccount } from "./account.ts";
import type { PostgresBinaries } from "./binaries.ts";

/** How a server is run. */
export interface ServerOptions {
  readonly binaries: PostgresBinaries;
  readonly account: ServerAccount | null;
  readonly data: string;
  readonly port: number;
  readonly logger: Logger;
}

const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", max_connections: "200" };
const ready = "ready to accept connections";
/** What a server tells the connections that are open when it is stopped. */
const shuttingDown = "terminating connection due to administrator command";

/**
 * Runs a server on a loopback port and returns once it accepts connections. It has a session of its own, so
 * that Ctrl-C reaches the platform and not the server under it.
 */
export async function runServer({
  binaries,
  account,
  data,
  port,
  logger,
}: ServerOptions): Promise<ChildProcess> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const child = spawn(binaries.postgres, ["-D", data, "-p", String(port), ...flags], {
    cwd: "/",
    env: { PATH: process.env["PATH"], LC_MESSAGES: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    detached: true,
    ...account,
  });
  stopAtExit(child);
  await untilReady(child, logger);
  return child;
}

/** Stops a server the fast way: open transactions are rolled back, nothing committed is lost. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGINT");
  await exited;
}

async function untilReady(child: ChildProcess, logger: Logger): Promise<void> {
  const output: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stderr! }).on("line", (line) => {
      if (output.length < 50) output.push(line);
      logLine(logger, line);
      if (line.includes(ready)) resolve();
    });
    child.once("error", reject);
    child.once("close", (code, signal) => reject(ended(code ?? signal, output)));
  });
}

function logLine(logger: Logger, line: string): void {
  const isFatal = / (?:FATAL|PANIC): /.test(line) && !line.includes(shuttingDown);
  if (isFatal) logger.error({ postgres: line }, "postgres");
  else logger.debug({ postgres: line }, "postgres");
}

function ended(reason: number | string | null, output: readonly string[]): TeselaError {
  return new TeselaError(
    "UNAVAILABLE",
    `PostgreSQL ended (${reason}) before it accepted connections: ${output.join("\n")}`,
    {
      fix: "See what it printed; the data directory may belong to another version, user or process.",
    },
  );
}

/** A server that was not stopped shuts itself down when this process ends in an orderly way. */
function stopAtExit(child: ChildProcess): void {
  const stop = (): void => void child.kill("SIGINT");
  process.once("exit", stop);
  child.once("exit", () => process.off("exit", stop));
}
