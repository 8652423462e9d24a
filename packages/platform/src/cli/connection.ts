import { resolve } from "node:path";
import { TeselaError } from "@tesela/core";
import { connect } from "@tesela/sdk";
import { lockHolder } from "../embedded/lock.ts";
import { readApiKey, readUrl } from "../embedded/secrets.ts";
import type { Client } from "@tesela/sdk";
import type { Config } from "../config/config.ts";

/** The client of a command, in the workspace that it is about. */
export type WorkspaceClient = ReturnType<Client["getWorkspace"]>;

/**
 * Connects to the platform that TESELA_URL names, else to the one that runs on the embedded directory. Throws
 * `UNAVAILABLE` when there is neither.
 */
export function connectWorkspace(config: Config): WorkspaceClient {
  return connect(config.url === null ? embedded(config) : remote(config.url, config)).getWorkspace(
    config.workspace,
  );
}

function remote(url: string, { apiKey }: Config): { url: string; apiKey: string } {
  if (apiKey !== null) return { url, apiKey };
  throw new TeselaError("MISCONFIGURED", "TESELA_URL is set, but TESELA_API_KEY is not.", {
    fix: "Set TESELA_API_KEY; `tesela api-key create` makes a key.",
  });
}

function embedded(config: Config): { url: string; apiKey: string } {
  const dir = resolve(config.dir);
  const url = lockHolder(dir) === null ? null : readUrl(dir);
  const apiKey = config.apiKey ?? readApiKey(dir);
  if (url !== null && apiKey !== null) return { url, apiKey };
  throw new TeselaError("UNAVAILABLE", `No platform runs on ${dir}.`, {
    fix: "Run `tesela dev` in another terminal, or set TESELA_URL and TESELA_API_KEY.",
  });
}
