import type { Store } from "../types/ledger.ts";

/** The stores that a job writes. */
export function storesOf(job: { readonly online: boolean; readonly offline: boolean }): Store[] {
  return [...(job.offline ? ["offline" as const] : []), ...(job.online ? ["online" as const] : [])];
}
