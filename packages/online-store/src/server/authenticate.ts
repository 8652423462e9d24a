import { createHash, timingSafeEqual } from "node:crypto";
import { TeselaError } from "@tesela/core";
import type { ServingKey, ServingPlan } from "./serving-plan.ts";

const HEADER = /^(?:Bearer|Tecton-key)\s+(tsk_[A-Za-z0-9-]+_[A-Za-z0-9_-]+)$/i;

/** The key that an `Authorization` header carries; throws `UNAUTHENTICATED`. Compares in constant time. */
export function authenticate(plan: ServingPlan, header: string | undefined): ServingKey {
  const secret = HEADER.exec(header ?? "")?.[1];
  const hash = createHash("sha256")
    .update(secret ?? "")
    .digest();
  const matching = plan.apiKeys.filter((key) => timingSafeEqual(hash, key.hash));
  const [key] = matching;
  if (secret !== undefined && key !== undefined) return key;
  throw new TeselaError("UNAUTHENTICATED", "The request carries no valid API key.", {
    fix: "Send the header `Authorization: Bearer <key>`; `tesela api-key create` makes one.",
  });
}

/** Refuses a key that is bound to another workspace. */
export function authorize(key: ServingKey, workspace: string): void {
  if (key.workspace === null || key.workspace === workspace) return;
  throw new TeselaError("FORBIDDEN", `This API key is not for workspace "${workspace}".`);
}
