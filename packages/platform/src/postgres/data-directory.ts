import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { TeselaError } from "@tesela/core";
import { canEnter } from "./account.ts";
import { linkShared, newSharedDirectory } from "./shared-root.ts";
import type { ServerAccount } from "./account.ts";
import type { PostgresBinaries } from "./binaries.ts";

/** What a data directory is made with and for. */
export interface ClusterOptions {
  /** Directory of the embedded platform; the data are in `postgres` below it. */
  readonly dir: string;
  readonly account: ServerAccount | null;
  readonly binaries: PostgresBinaries;
  readonly password: string;
}

/**
 * The data directory of the embedded PostgreSQL, made by `initdb` where there is none. It appears under its
 * name only when it is whole. Where the server's account cannot enter `dir`, the data lie under a directory
 * it can, and `dir/postgres` is a link there.
 */
export function dataDirectory(options: ClusterOptions): string {
  const place = placeOf(options.dir);
  if (!existsSync(place)) create(options, place);
  const data = realpathSync(place);
  if (options.account !== null && !canEnter(options.account, data)) throw closed(data);
  return data;
}

/** Where the data directory is seen, whether or not there is one yet. */
export function placeOf(dir: string): string {
  return join(dir, "postgres");
}

function create(options: ClusterOptions, place: string): void {
  const { account, dir } = options;
  const isOpen = account === null || canEnter(account, dir);
  const target = isOpen ? place : newSharedDirectory();
  const unfinished = `${target}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  initialise(options, unfinished);
  renameSync(unfinished, target);
  if (!isOpen) linkShared(target, place);
}

function initialise({ account, binaries, password }: ClusterOptions, data: string): void {
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (account !== null) for (const path of [data, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    runInitdb(binaries, account, data, passwordFile);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function runInitdb(
  binaries: PostgresBinaries,
  account: ServerAccount | null,
  data: string,
  passwordFile: string,
): void {
  const access = ["--username=postgres", `--pwfile=${passwordFile}`, "--auth=scram-sha-256"];
  const locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"];
  const args = [...access, ...locale, `--pgdata=${data}`];
  const { status, stderr, error } = spawnSync(binaries.initdb, args, {
    cwd: "/",
    encoding: "utf8",
    ...account,
  });
  if (status === 0) return;
  rmSync(data, { recursive: true, force: true });
  throw new TeselaError(
    "MISCONFIGURED",
    `initdb could not make ${data}: ${stderr?.trim() ?? String(error)}`,
    { cause: error },
  );
}

function closed(data: string): TeselaError {
  return new TeselaError("MISCONFIGURED", `The account that runs PostgreSQL cannot enter ${data}.`, {
    fix: "Let every user enter its parent directories (chmod o+x), or use another --dir.",
  });
}
