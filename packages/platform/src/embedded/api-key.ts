import { keepApiKey, readApiKey } from "./secrets.ts";
import type { Registry } from "@tesela/registry";

/** The admin key kept in `dir`; where there is none, or the registry does not know it, a new one is made and kept. */
export async function adminKey(registry: Registry, dir: string): Promise<string> {
  const kept = readApiKey(dir);
  if (kept !== null && (await registry.apiKeys.verify(kept)) !== null) return kept;
  const { secret } = await registry.apiKeys.create({ name: "embedded", role: "admin" });
  keepApiKey(dir, secret);
  return secret;
}
