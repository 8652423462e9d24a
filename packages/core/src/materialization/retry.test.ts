import { expect, test } from "vitest";
import { isRetryable, type ErrorCode } from "../errors/error-code.ts";
import { decideRetry, type RetryHistory } from "./retry.ts";

const MINUTE = 60_000;
const once: RetryHistory = { attempts: 1, losses: 0, useManagedRetries: true };
const unavailable = { kind: "failed", code: "UNAVAILABLE" } as const;
const lost = { kind: "lost" } as const;

test("a failure waits 5 minutes, then twice as long each time, at most 6 hours", () => {
  const delays = [1, 2, 3, 7, 8, 9].map((attempts) => decideRetry(unavailable, { ...once, attempts }, 1));
  expect(delays).toEqual(
    [5, 10, 20, 320, 360, 360].map((minutes) => ({ kind: "retry", delayMs: minutes * MINUTE })),
  );
});

test("jitter spreads a delay between its half and its whole", () => {
  expect(decideRetry(unavailable, once, 0)).toEqual({ kind: "retry", delayMs: 2.5 * MINUTE });
  expect(decideRetry(unavailable, once, 0.5)).toEqual({ kind: "retry", delayMs: 3.75 * MINUTE });
});

test("a lost worker is replaced at once three times, the fourth loss waits", () => {
  const after = (losses: number) =>
    decideRetry(lost, { attempts: losses, losses, useManagedRetries: true }, 1);
  expect([1, 2, 3].map(after)).toEqual(Array.from({ length: 3 }, () => ({ kind: "retry", delayMs: 0 })));
  expect(after(4)).toEqual({ kind: "retry", delayMs: 40 * MINUTE });
});

test("the tenth attempt is the last, whatever its end", () => {
  for (const end of [lost, unavailable]) {
    expect(decideRetry(end, { ...once, attempts: 9, losses: 9 }, 0).kind).toBe("retry");
    expect(decideRetry(end, { ...once, attempts: 10, losses: 1 }, 0)).toEqual({ kind: "final" });
  }
});

test("without managed retries the first failure is final, a loss too", () => {
  expect(decideRetry(unavailable, { ...once, useManagedRetries: false }, 0)).toEqual({ kind: "final" });
  expect(decideRetry(lost, { ...once, losses: 1, useManagedRetries: false }, 0)).toEqual({ kind: "final" });
});

test("an error is tried again exactly when its code says that this may help", () => {
  for (const [code, mayHelp] of Object.entries(isRetryable) as [ErrorCode, boolean][]) {
    expect(decideRetry({ kind: "failed", code }, once, 0).kind).toBe(mayHelp ? "retry" : "final");
  }
});
