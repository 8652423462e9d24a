import { resolve } from "node:path";
import { startRegistry } from "../../assembly/backends.ts";
import { createLogger } from "../../assembly/logger.ts";
import { openDirectory } from "../../embedded/directory.ts";
import { acquireLock, lockHolder } from "../../embedded/lock.ts";
import { withLifetime } from "../../lifetime/lifetime.ts";
import { embeddedPostgresUrl, startEmbeddedPostgres } from "../../postgres/embedded-postgres.ts";
import { printTable } from "../table.ts";
import type { Registry } from "@tesela/registry";
import type { Config } from "../../config/config.ts";
import type { Lifetime } from "../../lifetime/lifetime.ts";
import type { Context } from "../context.ts";
import type { ApiKeyInvocation } from "../invocation.ts";

/** Makes a key and shows its secret, which nobody sees again. */
export async function createApiKey(
  { name, role, only }: Extract<ApiKeyInvocation, { command: "api-key create" }>,
  { config, terminal }: Context,
): Promise<void> {
  const { id, secret } = await withRegistry(config, (registry) =>
    registry.apiKeys.create({ name, role, workspace: only }),
  );
  terminal.note(`Key ${id} ("${name}", ${role}): keep it, it is not shown again.`);
  terminal.result({ id, name, role, workspace: only, secret }, secret);
}

/** Lists all keys without their secrets. */
export async function listApiKeys(
  _: Extract<ApiKeyInvocation, { command: "api-key list" }>,
  { config, terminal }: Context,
): Promise<void> {
  const apiKeys = await withRegistry(config, (registry) => registry.apiKeys.list());
  const rows = apiKeys.map((key) => [
    key.id,
    key.name,
    key.role,
    key.workspace ?? "all",
    key.createdAt.toISOString(),
    key.revokedAt?.toISOString() ?? "",
  ]);
  terminal.result({ apiKeys }, printTable(["id", "name", "role", "workspace", "created", "revoked"], rows));
}

/** Ends a key; servers notice within seconds. */
export async function revokeApiKey(
  { id }: Extract<ApiKeyInvocation, { command: "api-key revoke" }>,
  { config, terminal }: Context,
): Promise<void> {
  const apiKey = await withRegistry(config, (registry) => registry.apiKeys.revoke(id));
  terminal.result({ apiKey }, `Key ${id} ("${apiKey.name}") is revoked.`);
}

/** The registry that DATABASE_URL names, else that of the embedded directory, whose PostgreSQL is started if it does not run. */
async function withRegistry<T>(config: Config, work: (registry: Registry) => Promise<T>): Promise<T> {
  const { lifetime, result } = await withLifetime(async (lifetime) => {
    const databaseUrl = config.databaseUrl ?? (await embeddedDatabase(lifetime, config));
    const registry = await startRegistry(lifetime, databaseUrl);
    return { lifetime, result: await work(registry) };
  });
  await lifetime.stop();
  return result;
}

async function embeddedDatabase(lifetime: Lifetime, config: Config): Promise<string> {
  const running = lockHolder(resolve(config.dir)) === null ? null : embeddedPostgresUrl(resolve(config.dir));
  if (running !== null) return running;
  const dir = openDirectory(config.dir);
  await lifetime.start(
    "lock",
    () => acquireLock(dir),
    (release) => release(),
  );
  const postgres = await lifetime.start(
    "PostgreSQL",
    () => startEmbeddedPostgres(dir, createLogger(config.logLevel ?? "warn", "command")),
    (started) => started.stop(),
  );
  return postgres.url;
}
