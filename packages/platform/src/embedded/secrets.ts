import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TeselaError } from "@tesela/core";
import { placeOf } from "../postgres/data-directory.ts";

/** The files in which the embedded platform keeps what only its owner may read. */
const FILES = { password: "postgres-password", apiKey: "api-key", url: "url" } as const;

/** The password of the embedded PostgreSQL; made once. Throws `MISCONFIGURED` when there are data but no password for them. */
export function postgresPassword(dir: string): string {
  const kept = readPostgresPassword(dir);
  if (kept !== null) return kept;
  if (existsSync(placeOf(dir))) throw lost(dir);
  const password = randomBytes(24).toString("hex");
  keep(dir, FILES.password, password);
  return password;
}

/** The password if there is one. */
export function readPostgresPassword(dir: string): string | null {
  return read(dir, FILES.password);
}

/** The admin key of the embedded platform, or null before its first start. */
export function readApiKey(dir: string): string | null {
  return read(dir, FILES.apiKey);
}

/** Keeps the admin key for later commands. */
export function keepApiKey(dir: string, secret: string): void {
  keep(dir, FILES.apiKey, secret);
}

/** The address of the platform that runs on `dir`, or null. */
export function readUrl(dir: string): string | null {
  return read(dir, FILES.url);
}

/** Tells later commands where the platform listens. */
export function keepUrl(dir: string, url: string): void {
  keep(dir, FILES.url, url);
}

/** The platform no longer listens. */
export function forgetUrl(dir: string): void {
  rmSync(join(dir, FILES.url), { force: true });
}

function read(dir: string, file: string): string | null {
  const path = join(dir, file);
  return existsSync(path) ? readFileSync(path, "utf8").trim() : null;
}

/** Written beside and renamed, so that nobody reads half of it; readable for the owner alone. */
function keep(dir: string, file: string, text: string): void {
  const unfinished = join(dir, `${file}.${process.pid}`);
  writeFileSync(unfinished, `${text}\n`, { mode: 0o600 });
  chmodSync(unfinished, 0o600);
  renameSync(unfinished, join(dir, file));
}

function lost(dir: string): TeselaError {
  return new TeselaError(
    "MISCONFIGURED",
    `${placeOf(dir)} holds a database, but ${join(dir, FILES.password)} is missing.`,
    {
      fix: `Restore that file, or delete ${dir} to begin anew.`,
    },
  );
}
