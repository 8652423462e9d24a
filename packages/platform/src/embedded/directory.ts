import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * Makes the directory of the embedded platform and returns its absolute path. Others may pass through it, as
 * the server's account must when root runs the platform, but not list it. Git does not see it.
 */
export function openDirectory(dir: string): string {
  const path = resolve(dir);
  mkdirSync(path, { recursive: true });
  chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const ignore = join(path, ".gitignore");
  if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
  return path;
}
