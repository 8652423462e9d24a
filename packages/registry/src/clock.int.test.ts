import { parseInstant } from "@tesela/core";
import { expect, test } from "vitest";
import { openRegistry } from "./open-registry.ts";
import { useRegistry } from "./testing/registry-under-test.ts";

const under = useRegistry();

test("the platform clock follows the system's, stands still at any instant, and follows again", async () => {
  const systemClock = () => new Date("2024-05-01T00:00:00.123Z");
  const registry = await openRegistry({ databaseUrl: under.databaseUrl, systemClock, poolSize: 1 });
  const { clock } = registry;
  expect(await clock.read()).toEqual({ mode: "live" });
  expect(await clock.now()).toBe(parseInstant("2024-05-01T00:00:00.123Z"));
  const past = parseInstant("1969-01-01T00:00:00.000001Z");
  await clock.freeze(past);
  expect(await clock.read()).toEqual({ mode: "frozen", at: past });
  expect(await under.registry.clock.now()).toBe(past);
  await clock.release();
  expect(await clock.now()).toBe(parseInstant("2024-05-01T00:00:00.123Z"));
  await registry.stop();
});
