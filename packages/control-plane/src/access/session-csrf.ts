import { createHmac, timingSafeEqual } from "node:crypto";

/** What the forms of a session's pages carry: made from its token, which no other site can read. */
export function csrfTokenOf(sessionToken: string): string {
  return createHmac("sha256", sessionToken).update("csrf").digest("base64url");
}

/** Whether a form carries its session's token; takes as long for any wrong one. */
export function isCsrfTokenOf(sessionToken: string, given: unknown): boolean {
  const expected = Buffer.from(csrfTokenOf(sessionToken));
  const found = Buffer.from(typeof given === "string" ? given : "");
  return expected.length === found.length && timingSafeEqual(expected, found);
}
