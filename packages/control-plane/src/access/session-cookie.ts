import type { Request, Response } from "express";

const NAME = "tesela_console";
/** Nothing else is ever sent the cookie: the API knows no sessions. */
const PATH = "/console";

/** The token of the session that a browser sends; `null` without one. */
export function tokenOf(request: Request): string | null {
  const pairs = (request.get("cookie") ?? "").split(";").map((pair) => pair.trim().split("="));
  return pairs.find(([name]) => name === NAME)?.[1] ?? null;
}

/** Lets the browser keep a token until it is closed; `isSecure`: over https only. */
export function keepToken(response: Response, token: string, isSecure: boolean): void {
  response.cookie(NAME, token, options(isSecure));
}

/** Lets the browser forget its token. */
export function forgetToken(response: Response, isSecure: boolean): void {
  response.clearCookie(NAME, options(isSecure));
}

function options(isSecure: boolean) {
  return { path: PATH, httpOnly: true, sameSite: "strict", secure: isSecure } as const;
}
