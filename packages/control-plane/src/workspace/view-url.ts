import type { Request } from "express";
import { pathOf } from "../console/paths.ts";

/** The path of a feature view's page. */
export function viewPagePath(workspace: string, view: string): string {
  return pathOf("featureView", { workspace, view });
}

/** What addresses of pages begin with: the public address where one is set, else the one that was asked. */
export function publicOrigin(request: Request, publicUrl: string | undefined): string {
  return (publicUrl ?? `${request.protocol}://${request.host}`).replace(/\/+$/, "");
}
