import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SharedTimer } from "./shared-timer.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function world() {
  const timer = new SharedTimer();
  const ended: string[] = [];
  const add = (name: string, afterMs: number) => {
    const one = { expiresAt: performance.now() + afterMs, expire: () => ended.push(name) };
    timer.add(one);
    return one;
  };
  return { timer, ended, add };
}

test("each ends at its own instant, whatever the order they came in", () => {
  const { ended, add } = world();
  add("late", 100);
  add("early", 20);
  add("middle", 50);
  vi.advanceTimersByTime(19);
  expect(ended).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(ended).toEqual(["early"]);
  vi.advanceTimersByTime(30);
  expect(ended).toEqual(["early", "middle"]);
  vi.advanceTimersByTime(50);
  expect(ended).toEqual(["early", "middle", "late"]);
});

test("what was taken out does not end, and what comes after the last one does", () => {
  const { timer, ended, add } = world();
  timer.remove(add("gone", 10));
  vi.advanceTimersByTime(10);
  add("next", 10);
  vi.advanceTimersByTime(10);
  expect(ended).toEqual(["next"]);
  expect(vi.getTimerCount()).toBe(0);
});
