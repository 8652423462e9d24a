import { execFile, execFileSync } from "node:child_process";
import { rmdirSync } from "node:fs";
import { open, mkdtemp, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { atExit } from "./at-exit.ts";

const run = promisify(execFile);
const MEGABYTES = 192;

/** A small file system of its own, which can be filled. */
export interface Disk extends AsyncDisposable {
  readonly directory: string;
  /** Takes all the room that is left, until what it returns is disposed of. */
  fill(): Promise<AsyncDisposable>;
}

/** Mounts one; `null` where this user may not. */
export async function mountDisk(): Promise<Disk | null> {
  const directory = await mkdtemp(join(tmpdir(), "faults-disk-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${MEGABYTES}m`, "tmpfs", directory]);
  } catch {
    await rmdir(directory);
    return null;
  }
  const exit = atExit(() => {
    execFileSync("umount", ["--lazy", directory]);
    rmdirSync(directory);
  });
  return {
    directory,
    fill: () => fill(join(directory, "filler")),
    async [Symbol.asyncDispose]() {
      exit[Symbol.dispose]();
      // A process that has just been killed may hold it a moment longer.
      await run("umount", ["--lazy", directory]);
      await rmdir(directory);
    },
  };
}

async function fill(path: string): Promise<AsyncDisposable> {
  const file = await open(path, "w");
  for (const size of [2 ** 20, 2 ** 12]) {
    const zeros = new Uint8Array(size);
    while (await file.write(zeros).then(({ bytesWritten }) => bytesWritten === size, isFull));
  }
  await file.close();
  return { [Symbol.asyncDispose]: () => rm(path) };
}

function isFull(error: NodeJS.ErrnoException): false {
  if (error.code !== "ENOSPC") throw error;
  return false;
}
