import { join } from "node:path";
import { TABLE_TYPES } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError } from "@tesela/core";
import { spinePath, type SpineFormat } from "@tesela/offline-store";
import type { Request } from "express";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { receiveTable, tooLarge } from "./receive.ts";
import { newSpineId } from "./spine-id.ts";

/** Keeps an uploaded table; nothing of an upload that fails or stops half-way is left. */
export async function uploadSpine(
  { registry, offlineStore, limits }: Services,
  call: Call<"uploadSpine">,
): ReturnType<Handlers["uploadSpine"]> {
  const { workspace } = call.parameters;
  // What stands in for a source may come before anything is applied.
  const { id: workspaceId } = await (call.key?.role === "admin"
    ? registry.workspaces.ensure(workspace)
    : registry.workspaces.get(workspace));
  const format = formatOf(call.request);
  refuseTooLarge(call.request, limits.uploadBytes);
  await using scratch = await offlineStore.createScratch();
  const file = join(scratch.directory, `spine.${format}`);
  await receiveTable(call.request, file, format, limits.uploadBytes);
  const createdAtMs = Date.now();
  const id = newSpineId({ workspaceId, ownerKeyId: call.key?.id ?? "", createdAtMs, format });
  const { bytes } = await offlineStore.put(file, spinePath(id, format), { signal: call.signal });
  return {
    spine: { id, bytes, expiresAt: formatInstant(parseInstant(new Date(createdAtMs + limits.spineTtlMs))) },
  };
}

const FORMATS = Object.keys(TABLE_TYPES) as readonly SpineFormat[];

function formatOf(request: Request): SpineFormat {
  const format = FORMATS.find((one) => request.is(TABLE_TYPES[one]) !== false);
  if (format !== undefined) return format;
  const found = request.get("content-type")?.slice(0, 100) ?? "no content type";
  throw new TeselaError("UNSUPPORTED_MEDIA_TYPE", `The table is ${found}, expected Parquet, CSV or NDJSON.`, {
    fix: `Send it with one of these as its Content-Type: ${Object.values(TABLE_TYPES).join(", ")}.`,
  });
}

function refuseTooLarge(request: Request, limitBytes: number): void {
  if (Number(request.get("content-length") ?? 0) > limitBytes) throw tooLarge(limitBytes);
}
