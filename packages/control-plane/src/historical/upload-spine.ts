import { join } from "node:path";
import { PARQUET_TYPE } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError } from "@tesela/core";
import { spinePath } from "@tesela/offline-store";
import type { Request } from "express";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { receiveParquet, tooLarge } from "./receive.ts";
import { newSpineId } from "./spine-id.ts";

/** Keeps an uploaded spine; nothing of an upload that fails or stops half-way is left. */
export async function uploadSpine(
  { registry, offlineStore, limits }: Services,
  call: Call<"uploadSpine">,
): ReturnType<Handlers["uploadSpine"]> {
  const { id: workspaceId } = await registry.workspaces.get(call.parameters.workspace);
  refuseEarly(call.request, limits.uploadBytes);
  await using scratch = await offlineStore.createScratch();
  const file = join(scratch.directory, "spine.parquet");
  await receiveParquet(call.request, file, limits.uploadBytes);
  const createdAtMs = Date.now();
  const id = newSpineId({ workspaceId, ownerKeyId: call.key?.id ?? "", createdAtMs });
  const { bytes } = await offlineStore.put(file, spinePath(id), { signal: call.signal });
  return {
    spine: { id, bytes, expiresAt: formatInstant(parseInstant(new Date(createdAtMs + limits.spineTtlMs))) },
  };
}

function refuseEarly(request: Request, limitBytes: number): void {
  if (request.is(PARQUET_TYPE) === false) {
    const found = request.get("content-type") ?? "no content type";
    throw new TeselaError(
      "UNSUPPORTED_MEDIA_TYPE",
      `The spine is ${found.slice(0, 100)}, expected Parquet.`,
      {
        fix: `Send it with Content-Type: ${PARQUET_TYPE}.`,
      },
    );
  }
  if (Number(request.get("content-length") ?? 0) > limitBytes) throw tooLarge(limitBytes);
}
