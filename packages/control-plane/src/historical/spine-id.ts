import { randomBytes } from "node:crypto";
import { basename, dirname } from "node:path/posix";
import { retrievalFolder, spinePath } from "@tesela/offline-store";

/** Who has uploaded a spine, where and when: all that is known of it stands in its id. */
export interface SpineOrigin {
  readonly workspaceId: number;
  readonly ownerKeyId: string;
  readonly createdAtMs: number;
}

const ID = /^s([0-9a-z]+)_w(\d+)_([A-Za-z0-9-]+)_[0-9a-f]{32}$/;

/** A new id that nobody can guess: `s<time>_w<workspace>_<key>_<random>`. */
export function newSpineId({ workspaceId, ownerKeyId, createdAtMs }: SpineOrigin): string {
  return `s${createdAtMs.toString(36)}_w${workspaceId}_${ownerKeyId}_${randomBytes(16).toString("hex")}`;
}

/** What an id tells of its spine; `null` when it is none. */
export function originOf(spineId: string): SpineOrigin | null {
  const match = ID.exec(spineId);
  if (match === null) return null;
  const [, time = "", workspace = "", ownerKeyId = ""] = match;
  return { workspaceId: Number(workspace), ownerKeyId, createdAtMs: Number.parseInt(time, 36) };
}

/** The folder of the offline store that holds every spine. */
export const SPINE_FOLDER = dirname(retrievalFolder("any"));

/** The id of the spine that is stored under a path; `null` when it is none. */
export function spineIdAt(path: string): string | null {
  const id = basename(dirname(path));
  return originOf(id) !== null && spinePath(id) === path ? id : null;
}
