import { timingSafeEqual } from "node:crypto";
import { FailureBudget, pathTo } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey } from "@tesela/registry";
import type { Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { newSpineId, originOf } from "./spine-id.ts";
import { keepTable } from "./upload-spine.ts";
import { requireInTime } from "./usable-spine.ts";

/** An upload that may come without a key: its id, and the path and query that take it. */
export interface SignedUpload {
  readonly id: string;
  readonly address: string;
}

/** Signs an upload of Parquet in the name of a key; throws `FORBIDDEN` once that is revoked. */
export async function signUpload(
  { registry }: Pick<Services, "registry">,
  workspace: { readonly id: number; readonly name: string },
  key: ApiKey,
): Promise<SignedUpload> {
  const origin = { workspaceId: workspace.id, ownerKeyId: key.id, createdAtMs: Date.now() } as const;
  const id = newSpineId({ ...origin, format: "parquet" });
  const signature = await registry.apiKeys.sign(key.id, id);
  if (signature === null) throw refused();
  const path = pathTo("uploadSigned", { workspace: workspace.name, id });
  return { id, address: `${path}?signature=${Buffer.from(signature).toString("base64url")}` };
}

/** Keeps what comes under a signed address; `RATE_LIMITED` for who has tried too many that were not. */
export function signedUploads(services: Services): Handlers["uploadSigned"] {
  const { registry, limits } = services;
  const budget = new FailureBudget(limits.authenticationFailuresPerMinute);
  return async (call) => {
    const { id, workspace } = call.parameters;
    const client = call.request.socket.remoteAddress ?? "unknown";
    if (budget.isSpent(client, Date.now())) throw tooManyFailures();
    const origin = originOf(id);
    const expected = origin === null ? null : await registry.apiKeys.sign(origin.ownerKeyId, id);
    if (origin === null || !isSame(expected, call.query.signature)) {
      budget.spend(client, Date.now());
      throw refused();
    }
    requireInTime(origin, limits.spineTtlMs);
    const { id: workspaceId } = await registry.workspaces.get(workspace);
    if (workspaceId !== origin.workspaceId) throw refused();
    return keepTable(services, call, origin.format, () => id);
  };
}

function isSame(expected: Uint8Array | null, given: string): boolean {
  const bytes = Buffer.from(given, "base64url");
  return expected !== null && bytes.length === expected.length && timingSafeEqual(bytes, expected);
}

function refused(): TeselaError {
  return new TeselaError(
    "FORBIDDEN",
    "The address of the upload is not signed, or by a key that is revoked.",
    {
      fix: "Ask for a new one with get-dataframe-info, and use it as it is.",
    },
  );
}

function tooManyFailures(): TeselaError {
  return new TeselaError("RATE_LIMITED", "Too many uploads without a signature came from this address.", {
    fix: "Wait a minute, and use the address as it was given.",
  });
}
