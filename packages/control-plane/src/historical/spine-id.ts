import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path/posix";
import { retrievalFolder, spinePath, type SpineFormat } from "@tesela/offline-store";

/** Who has uploaded a spine, where and when: all that is known of it stands in its id. */
export interface SpineOrigin {
  readonly workspaceId: number;
  readonly ownerKeyId: string;
  readonly createdAtMs: number;
  readonly format: SpineFormat;
}

const ID = /^s([0-9a-z]+)_w(\d+)_([A-Za-z0-9-]+)_[0-9a-f]{32}_(parquet|csv|ndjson)$/;

/** A new id that nobody can guess: `s<time>_w<workspace>_<key>_<random>_<format>`. */
export function newSpineId({ workspaceId, ownerKeyId, createdAtMs, format }: SpineOrigin): string {
  const random = randomBytes(16).toString("hex");
  return `s${createdAtMs.toString(36)}_w${workspaceId}_${ownerKeyId}_${random}_${format}`;
}

/** What an id tells of its spine; `null` when it is none. */
export function originOf(spineId: string): SpineOrigin | null {
  const match = ID.exec(spineId);
  if (match === null) return null;
  const [, time = "", workspace = "", ownerKeyId = "", format] = match;
  const createdAtMs = Number.parseInt(time, 36);
  return { workspaceId: Number(workspace), ownerKeyId, createdAtMs, format: format as SpineFormat };
}

/** The folder of the offline store that holds every spine. */
export const SPINE_FOLDER = dirname(retrievalFolder("any"));

/** The id of the spine that is stored under a path; `null` when it is none. */
export function spineIdAt(path: string): string | null {
  const id = basename(dirname(path));
  const origin = originOf(id);
  return origin !== null && spinePath(id, origin.format) === path ? id : null;
}
