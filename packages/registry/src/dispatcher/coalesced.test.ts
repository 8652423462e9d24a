import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { coalesced } from "./coalesced.ts";

/** Runs that end when they are told to. */
function runs() {
  const begun: PromiseWithResolvers<void>[] = [];
  const ask = coalesced(() => {
    const run = Promise.withResolvers<void>();
    begun.push(run);
    return run.promise;
  }, REST_MS);
  return { begun, ask };
}

const REST_MS = 10;
const soon = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);
const rest = (): Promise<void> => vi.advanceTimersByTimeAsync(REST_MS).then(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("all who ask while a run is under way share the next one, which begins a little later", async () => {
  const { begun, ask } = runs();
  const first = ask();
  await soon();
  const shared = [ask(), ask(), ask()];
  await soon();
  expect(begun).toHaveLength(1);
  begun[0]!.resolve();
  await first;
  await soon();
  expect(begun).toHaveLength(1);
  await rest();
  expect(begun).toHaveLength(2);
  begun[1]!.resolve();
  await Promise.all(shared);
  await rest();
  expect(begun).toHaveLength(2);
});

test("what a run throws reaches those who share it, and the next run begins all the same", async () => {
  const { begun, ask } = runs();
  const first = ask();
  await soon();
  const second = ask();
  begun[0]!.reject(new Error("away"));
  await expect(first).rejects.toThrow("away");
  await rest();
  begun[1]!.resolve();
  await second;
});
