import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isAlive } from "../embedded/process-identity.ts";
import { readPostmaster } from "./postmaster.ts";

/** Where root keeps what another account must reach when the project's own directory is closed to it. */
export const SHARED_ROOT = "/var/lib/tesela";

const OWNER = ".owner";

/** A path for a new data directory; removes those that nothing links to any more. */
export function newSharedDirectory(): string {
  mkdirSync(SHARED_ROOT, { recursive: true, mode: 0o755 });
  for (const name of readdirSync(SHARED_ROOT)) {
    if (name.endsWith(OWNER)) removeIfForsaken(join(SHARED_ROOT, name.slice(0, -OWNER.length)));
  }
  return join(SHARED_ROOT, `data-${randomUUID()}`);
}

/** Links a data directory to where it is seen, and notes there who does. */
export function linkShared(data: string, place: string): void {
  symlinkSync(data, place);
  writeFileSync(`${data}${OWNER}`, place, { mode: 0o600 });
}

function removeIfForsaken(data: string): void {
  const postmaster = readPostmaster(data);
  if (isLinked(data) || (postmaster !== null && isAlive(postmaster.pid))) return;
  rmSync(data, { recursive: true, force: true });
  rmSync(`${data}${OWNER}`, { force: true });
}

function isLinked(data: string): boolean {
  try {
    return readlinkSync(readFileSync(`${data}${OWNER}`, "utf8")) === data;
  } catch {
    return false;
  }
}
