import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const NAME = /^worker-(\d+)$/;

/** A folder of this process's own for spilled data; what killed workers have left beside it is removed. */
export function claimTempDirectory(root: string): string {
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(root).filter(isLeftover))
    rmSync(join(root, name), { recursive: true, force: true });
  const own = join(root, `worker-${process.pid}`);
  mkdirSync(own, { recursive: true, mode: 0o700 });
  return own;
}

function isLeftover(name: string): boolean {
  const pid = Number(NAME.exec(name)?.[1] ?? Number.NaN);
  return !Number.isNaN(pid) && !isRunning(pid);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
