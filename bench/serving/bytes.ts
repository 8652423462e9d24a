import type { EpochMicros } from "@tesela/core";
import { OnlineReader, type KeyRead, type OnlineStore, type ViewReadResult } from "@tesela/online-store";

/** All value bytes that a read gets of the store; throws unless each view answers with a value for every feature. */
export async function bytesOf(
  store: OnlineStore,
  reads: readonly KeyRead[],
  now: EpochMicros,
): Promise<Buffer> {
  let last: readonly ViewReadResult[] = [];
  const reader = new OnlineReader({
    read: async (asked, options) => (last = await store.read(asked, options)),
  });
  for (const found of await reader.readAll(reads, now)) {
    if (found.kind === "lacking") throw found.error;
    if (found.answer.values.includes(null)) throw new Error("a feature that was filled is null");
  }
  return Buffer.concat(last.flatMap(({ values }) => values.filter((value) => value !== null)));
}
