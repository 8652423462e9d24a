import { inspect } from "node:util";

import type { OnlineStore } from "../port.ts";

/** The password in every url that the failure rules use. */
export const PASSWORD = "sEcr3t-p4ss";

/** The code of an error of ours, else undefined. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

/** Everything a log could print of an error. */
export function everythingIn(error: unknown): string {
  return inspect(error, { depth: Infinity, showHidden: true });
}

/** What a function throws. */
export function thrownBy(act: () => unknown): unknown {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
}

/** Nothing waits for as long as this, on a busy machine either; how long it does take is for benchmarks to say. */
export const SOON_MS = 10_000;

/** How a store fails to start: the code, whether soon, and whether the error gives the password away. */
export async function failedStart(
  store: OnlineStore,
): Promise<{ code: unknown; isSoon: boolean; tellsPassword: boolean }> {
  const began = performance.now();
  const error = await store.start().catch((reason: unknown) => reason);
  const isSoon = performance.now() - began < SOON_MS;
  await store.stop();
  return { code: codeOf(error), isSoon, tellsPassword: everythingIn(error).includes(PASSWORD) };
}
