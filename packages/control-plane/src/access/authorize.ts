import type { Access } from "@tesela/contract";
import { TeselaError } from "@tesela/core";
import type { ApiKey } from "@tesela/registry";

/** Throws `FORBIDDEN` when the key may not do this, or not in this workspace (`null`: no certain one). */
export function authorize(key: ApiKey | null, access: Access, workspace: string | null): void {
  if (access === "public") return;
  if (access === "admin" && key?.role !== "admin") {
    throw new TeselaError("FORBIDDEN", "This needs a key of the role admin.", { fix: "Use an admin key." });
  }
  if (workspace !== null && !opens(key, workspace)) {
    throw new TeselaError("FORBIDDEN", `The API key does not open workspace "${workspace}".`, {
      fix: "Use a key of that workspace, or one of no certain workspace.",
    });
  }
  if (access === "admin" && workspace === null && key?.workspace !== null) {
    throw new TeselaError("FORBIDDEN", "This concerns every workspace, the API key opens one.", {
      fix: "Use an admin key of no certain workspace.",
    });
  }
}

/** Whether a key opens a workspace. */
export function opens(key: ApiKey | null, workspace: string): boolean {
  return key !== null && (key.workspace === null || key.workspace === workspace);
}
