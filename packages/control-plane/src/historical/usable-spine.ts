import { TeselaError } from "@tesela/core";
import { spinePath } from "@tesela/offline-store";
import type { ApiKey } from "@tesela/registry";
import type { Services } from "../services.ts";
import { originOf, type SpineOrigin } from "./spine-id.ts";

/**
 * The path of an uploaded table that the key may use in the workspace. Throws `NOT_FOUND` for every other id, `EXPIRED`
 * when its time is over.
 */
export async function usableSpine(
  { offlineStore, limits }: Services,
  spineId: string,
  workspaceId: number,
  key: ApiKey | null,
): Promise<string> {
  const origin = originOf(spineId);
  const isOwn = origin?.ownerKeyId === key?.id || key?.role === "admin";
  if (origin === null || origin.workspaceId !== workspaceId || !isOwn) throw unknownSpine();
  requireInTime(origin, limits.spineTtlMs);
  const path = spinePath(spineId, origin.format);
  if ((await offlineStore.stat(path)) === null) throw unknownSpine();
  return path;
}

/** Throws `EXPIRED` when the time of an upload is over. */
export function requireInTime({ createdAtMs }: Pick<SpineOrigin, "createdAtMs">, ttlMs: number): void {
  if (createdAtMs + ttlMs > Date.now()) return;
  throw new TeselaError("EXPIRED", "The spine's time is over.", { fix: "Upload it again." });
}

function unknownSpine(): TeselaError {
  return new TeselaError("NOT_FOUND", "There is no such spine of yours in the workspace.", {
    fix: "Upload the spine first, with the same key.",
  });
}
