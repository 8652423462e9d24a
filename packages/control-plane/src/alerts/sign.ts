import { createHmac } from "node:crypto";

/**
 * The signature of a delivery, `t=<seconds since the epoch>,v1=<hex>`: the HMAC-SHA256 of `<t>.<body>`. A receiver
 * computes it anew, compares in constant time, and refuses a `t` that is some minutes old.
 */
export function signatureOf(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1_000);
  const hmac = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
  return `t=${seconds},v1=${hmac}`;
}
