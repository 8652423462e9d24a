import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TeselaError } from "@tesela/core";
import { isAlive } from "../embedded/process-identity.ts";

/** A running server as its data directory names it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
}

const patience = [
  ["SIGINT", 20_000],
  ["SIGQUIT", 10_000],
  ["SIGKILL", 5_000],
] as const;

/** What `postmaster.pid` says, or null where there is none. */
export function readPostmaster(data: string): Postmaster | null {
  const file = join(data, "postmaster.pid");
  if (!existsSync(file)) return null;
  const lines = readFileSync(file, "utf8").split("\n");
  return { pid: Number.parseInt(lines[0] ?? "", 10), port: Number.parseInt(lines[3] ?? "", 10) };
}

/**
 * Makes way for a new server: one that outlived the platform that started it is stopped, and a
 * `postmaster.pid` whose process is gone, or is by now some other program, is removed. Only for the holder of
 * the platform's lock.
 */
export async function clearPostmaster(data: string): Promise<void> {
  const left = readPostmaster(data);
  if (left === null) return;
  if (Number.isInteger(left.pid) && isAlive(left.pid) && isServerOf(data, left.pid))
    await end(data, left.pid);
  else rmSync(join(data, "postmaster.pid"), { force: true });
}

/** A server's working directory is its data directory; where the system does not show that, its command names it. */
function isServerOf(data: string, pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    const { stdout } = spawnSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return (stdout ?? "").includes(data);
  }
}

async function end(data: string, pid: number): Promise<void> {
  for (const [signal, milliseconds] of patience) {
    kill(pid, signal);
    if (await hasEnded(pid, milliseconds)) return;
  }
  throw new TeselaError("CONFLICT", `Process ${pid}, a PostgreSQL on ${data}, does not end.`, {
    fix: `End process ${pid}, then start again.`,
  });
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function hasEnded(pid: number, milliseconds: number): Promise<boolean> {
  const until = performance.now() + milliseconds;
  while (performance.now() < until) {
    if (!isAlive(pid)) return true;
    await new Promise((resolve) => void setTimeout(resolve, 25));
  }
  return !isAlive(pid);
}
