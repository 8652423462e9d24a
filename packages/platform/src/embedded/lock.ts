import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TeselaError } from "@tesela/core";
import { isAlive, startOf } from "./process-identity.ts";

interface Holder {
  readonly pid: number;
  readonly start: string | null;
}

const FILE = "platform.pid";

/** Makes `dir` this process's own; release gives it back. Throws `CONFLICT` naming the process that holds it. */
export function acquireLock(dir: string): () => void {
  const path = join(dir, FILE);
  const own: Holder = { pid: process.pid, start: startOf(process.pid) };
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, JSON.stringify(own), { mode: 0o600 });
  try {
    if (!tryLink(mine, path)) takeOver(dir, mine, path);
  } finally {
    rmSync(mine, { force: true });
  }
  return () => rmSync(path, { force: true });
}

/** The process that runs a platform on `dir`, or null. */
export function lockHolder(dir: string): number | null {
  const holder = readHolder(join(dir, FILE));
  return holder !== null && isRunning(holder) ? holder.pid : null;
}

/** A link appears whole or not at all, with its content. */
function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the lock of a dead process aside and looks at it again: another start may have taken over first. */
function takeOver(dir: string, mine: string, path: string): void {
  refuseIfRunning(dir, readHolder(path));
  const aside = `${mine}.stale`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const moved = readHolder(aside);
  if (moved !== null && isRunning(moved)) tryLink(aside, path);
  rmSync(aside, { force: true });
  if (!tryLink(mine, path)) refuseIfRunning(dir, readHolder(path) ?? { pid: 0, start: null });
}

function refuseIfRunning(dir: string, holder: Holder | null): void {
  if (holder === null || !isRunning(holder)) return;
  throw new TeselaError("CONFLICT", `Process ${holder.pid} already runs a platform on ${dir}.`, {
    fix: `Use that one, stop it, or give this one another directory.`,
  });
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return null;
  }
}

function isRunning({ pid, start }: Holder): boolean {
  return isAlive(pid) && (start === null || startOf(pid) === start);
}
