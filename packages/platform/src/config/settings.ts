import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import type { BackendSettings } from "../assembly/backends.ts";
import type { Config } from "./config.ts";

/** The servers of a process that stands on none of its own. Throws `MISCONFIGURED` without a database or an offline store. */
export function backendSettings(config: Config): BackendSettings {
  return {
    ...config,
    databaseUrl: required(config.databaseUrl, "DATABASE_URL"),
    offlineStoreUrl: offlineUrl(config),
  };
}

/** The database of a process that needs nothing else. */
export function databaseUrlOf(config: Config): string {
  return required(config.databaseUrl, "DATABASE_URL");
}

function offlineUrl(config: Config): string {
  return required(config.offlineStoreUrl, "OFFLINE_STORE_URL");
}

function required(value: string | null, name: string): string {
  if (value !== null) return value;
  throw new TeselaError("MISCONFIGURED", `${name} is not set.`, {
    fix: `Set ${name}, or run \`tesela dev\`, which brings its own servers.`,
  });
}

/** The URL of a directory on this machine as an offline store. */
export function directoryUrl(directory: string): string {
  return pathToFileURL(resolve(directory)).href;
}
