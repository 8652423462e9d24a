import { expect, test } from "vitest";
import { eachBatch } from "./each-batch.ts";

/** Work that ends when it is told to. */
class Gate {
  readonly begun: number[] = [];
  readonly #ends = new Map<number, PromiseWithResolvers<void>>();

  readonly work = (batch: number): Promise<void> => {
    this.begun.push(batch);
    const end = Promise.withResolvers<void>();
    this.#ends.set(batch, end);
    return end.promise;
  };

  end(batch: number): void {
    this.#ends.get(batch)!.resolve();
  }

  fail(batch: number, error: Error): void {
    this.#ends.get(batch)!.reject(error);
  }
}

async function* numbers(count: number): AsyncGenerator<number> {
  for (let batch = 1; batch <= count; batch++) yield batch;
}

/** Lets everything that can go on do so. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test("the next batch begins while one is under way, a third one only after that", async () => {
  const gate = new Gate();
  const all = eachBatch(numbers(3), gate.work);
  await turn();
  expect(gate.begun).toEqual([1, 2]);
  gate.end(2);
  await turn();
  expect(gate.begun).toEqual([1, 2, 3]);
  gate.end(1);
  gate.end(3);
  await all;
});

test("an error ends it, no sooner than what is under way, and nothing else begins", async () => {
  const gate = new Gate();
  let hasEnded = false;
  const all = eachBatch(numbers(9), gate.work).finally(() => (hasEnded = true));
  all.catch(() => undefined);
  await turn();
  gate.fail(1, new Error("refused"));
  await turn();
  expect([gate.begun, hasEnded]).toEqual([[1, 2], false]);
  gate.end(2);
  await expect(all).rejects.toThrow("refused");
  expect(gate.begun).toEqual([1, 2]);
});

test("an error of the last batch is not lost", async () => {
  const gate = new Gate();
  const all = eachBatch(numbers(1), gate.work);
  await turn();
  gate.fail(1, new Error("refused"));
  await expect(all).rejects.toThrow("refused");
});
