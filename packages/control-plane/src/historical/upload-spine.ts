import { join } from "node:path";
import { TABLE_TYPES } from "@tesela/contract";
import { formatInstant, parseInstant, TeselaError } from "@tesela/core";
import { spinePath, type SpineFormat } from "@tesela/offline-store";
import type { Request } from "express";
import type { Call, Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { receiveTable, tooLarge } from "./receive.ts";
import { newSpineId, originOf } from "./spine-id.ts";

/** Keeps an uploaded table; nothing of an upload that fails or stops half-way is left. */
export async function uploadSpine(
  services: Services,
  call: Call<"uploadSpine">,
): ReturnType<Handlers["uploadSpine"]> {
  const { registry } = services;
  const { workspace } = call.parameters;
  // What stands in for a source may come before anything is applied.
  const { id: workspaceId } = await (call.key?.role === "admin"
    ? registry.workspaces.ensure(workspace)
    : registry.workspaces.get(workspace));
  const format = formatOf(call.request);
  const owner = { workspaceId, ownerKeyId: call.key?.id ?? "", format };
  return keepTable(services, call, format, () => newSpineId({ ...owner, createdAtMs: Date.now() }));
}

/** Keeps the table of a request under the id that is made once it is whole. */
export async function keepTable(
  { offlineStore, limits }: Pick<Services, "offlineStore" | "limits">,
  { request, signal }: Pick<Call<"uploadSpine">, "request" | "signal">,
  format: SpineFormat,
  makeId: () => string,
): ReturnType<Handlers["uploadSpine"]> {
  refuseTooLarge(request, limits.uploadBytes);
  await using scratch = await offlineStore.createScratch();
  const file = join(scratch.directory, `spine.${format}`);
  await receiveTable(request, file, format, limits.uploadBytes);
  const id = makeId();
  const { bytes } = await offlineStore.put(file, spinePath(id, format), { signal });
  const expiresAt = new Date(originOf(id)!.createdAtMs + limits.spineTtlMs);
  return { spine: { id, bytes, expiresAt: formatInstant(parseInstant(expiresAt)) } };
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
