import { expect, test } from "vitest";
import { Lifetime, withLifetime } from "./lifetime.ts";

function recorder() {
  const events: string[] = [];
  const part = (name: string) =>
    [name, () => void events.push(`start ${name}`), () => void events.push(`stop ${name}`)] as const;
  return { events, part };
}

test("parts stop in the reverse of the order in which they started", async () => {
  const { events, part } = recorder();
  const lifetime = new Lifetime();
  await lifetime.start(...part("a"));
  await lifetime.start(...part("b"));
  await lifetime.stop();
  expect(events).toEqual(["start a", "start b", "stop b", "stop a"]);
});

test("a start that fails half way stops what had started and throws its own error", async () => {
  const { events, part } = recorder();
  const start = withLifetime(async (lifetime) => {
    await lifetime.start(...part("a"));
    throw new Error("b is broken");
  });
  await expect(start).rejects.toThrow("b is broken");
  expect(events).toEqual(["start a", "stop a"]);
});

test("a part that fails to stop does not keep the others running", async () => {
  const { events, part } = recorder();
  const lifetime = new Lifetime();
  await lifetime.start(...part("a"));
  await lifetime.start(
    "b",
    () => {},
    () => Promise.reject(new Error("stuck")),
  );
  await expect(lifetime.stop()).rejects.toThrow("b did not stop");
  expect(events).toEqual(["start a", "stop a"]);
});

test("stopping twice stops every part once", async () => {
  const { events, part } = recorder();
  const lifetime = new Lifetime();
  await lifetime.start(...part("a"));
  await Promise.all([lifetime.stop(), lifetime.stop()]);
  expect(events).toEqual(["start a", "stop a"]);
});
