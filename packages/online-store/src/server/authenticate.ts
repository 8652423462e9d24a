import { createHash } from "node:crypto";
import { TeselaError } from "@tesela/core";
import type { ServingKey, ServingPlan } from "./serving-plan.ts";

const HEADER = /^(?:Bearer|Tecton-key)\s+(tsk_[A-Za-z0-9-]+_[A-Za-z0-9_-]+)\s*$/i;

/**
 * The key that an `Authorization` header carries; throws `UNAUTHENTICATED`. It is looked up by its hash, so that
 * the time this takes tells nothing of the secret.
 */
export function authenticate(plan: ServingPlan, header: string | undefined): ServingKey {
  const secret = HEADER.exec(header ?? "")?.[1];
  const key = secret === undefined ? undefined : plan.apiKeys.get(keyHash(secret));
  if (key !== undefined) return key;
  throw new TeselaError("UNAUTHENTICATED", "The request carries no valid API key.", {
    fix: "Send the header `Authorization: Bearer <key>`; `tesela api-key create` makes one.",
  });
}

/** What a plan knows a key by: the SHA-256 of the whole secret, as hexadecimal text. */
function keyHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Refuses a key that is bound to another workspace. */
export function authorize(key: ServingKey, workspace: string): void {
  if (key.workspace === null || key.workspace === workspace) return;
  throw new TeselaError("FORBIDDEN", `This API key is not for workspace "${workspace}".`);
}
