import { TeselaError } from "@tesela/core";
import type { Request } from "express";

const CONSOLE = "/console";
/** Of no host that there is: only to read a path by. */
const NOWHERE = "http://nowhere.invalid";

/**
 * Throws `FORBIDDEN` for a form that another site's page sends. Browsers say where a form comes from; what is no
 * browser has no session that could be misused.
 */
export function refuseForeignForm(request: Request, publicUrl: string | undefined): void {
  const origin = request.get("origin");
  const site = request.get("sec-fetch-site");
  const isForeign = origin === undefined ? site === "cross-site" : !isOurs(origin, request, publicUrl);
  if (!isForeign) return;
  throw new TeselaError("FORBIDDEN", "The form comes from another site.", {
    fix: "Open the console itself. Behind a proxy set TESELA_PUBLIC_URL to the address that browsers use.",
  });
}

function isOurs(origin: string, request: Request, publicUrl: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const { host } = new URL(origin);
  return host === request.host || (publicUrl !== undefined && host === new URL(publicUrl).host);
}

/** Whether the browser speaks https, with this server or with a proxy before it. */
export function isHttps(request: Request, publicUrl: string | undefined): boolean {
  const origins = [publicUrl, request.get("origin")];
  return request.secure || origins.some((origin) => origin?.startsWith("https://") === true);
}

/** Where a login leads: a page of the console that was asked for, else its first one; never elsewhere. */
export function pageAfterLogin(asked: unknown): string {
  if (typeof asked !== "string" || !URL.canParse(asked, NOWHERE)) return CONSOLE;
  const { origin, pathname, search } = new URL(asked, NOWHERE);
  return origin === NOWHERE && pathname.startsWith(`${CONSOLE}/`) ? pathname + search : CONSOLE;
}
