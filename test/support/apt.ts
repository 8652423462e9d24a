import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

/** Whether this process may install packages: it is root on a Debian. */
export function canUseApt(): boolean {
  return process.getuid?.() === 0 && existsSync("/etc/debian_version");
}

/** Installs a package, and says so; what goes wrong is a warning. */
export function installWithApt(name: string): void {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", name]]) {
    console.log(`services: apt-get ${args.join(" ")}`);
    const { status, stderr } = spawnSync("apt-get", ["-q", ...args], options);
    if (status !== 0) console.warn(`services: apt-get ${args[0]} failed (${status}): ${String(stderr)}`);
  }
}
