import { spawnSync } from "node:child_process";
import { TeselaError } from "@tesela/core";

/** The account a server runs as: PostgreSQL refuses root, so root hands it to another. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** Null unless this process is root; then the account `postgres`, else `nobody`. */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = [idOf("-u", name), idOf("-g", name)];
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new TeselaError(
    "MISCONFIGURED",
    "PostgreSQL refuses to run as root, and there is no other account for it.",
    {
      fix: "Run as an ordinary user, create the user postgres, or set DATABASE_URL to a server.",
    },
  );
}

/** Whether `account` may enter `directory`: a parent such as a home of mode 0700 can shut it out. */
export function canEnter(account: ServerAccount, directory: string): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", directory], { cwd: "/", ...account }).status === 0;
}

/** Whether `account` (null: this process) can run `file`. */
export function canRun(account: ServerAccount | null, file: string): boolean {
  return spawnSync(file, ["--version"], { cwd: "/", ...account }).status === 0;
}

function idOf(flag: "-u" | "-g", name: string): number | null {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout, 10) : null;
}
