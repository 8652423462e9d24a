import { expect, test } from "vitest";
import { useRegistry } from "./testing/registry-under-test.ts";

const under = useRegistry();

test("a worker is alive while its last beat is young enough, and gone once removed", async () => {
  const { workers } = under.registry;
  const beat = { id: "w1", host: "a", pid: 7, capabilities: ["materialize"] };
  await workers.beat(beat);
  await workers.beat({ ...beat, capabilities: ["materialize", "check"] });
  await workers.beat({ ...beat, id: "w2" });
  expect(await workers.alive(60_000)).toMatchObject([
    {
      id: "w1",
      host: "a",
      pid: 7,
      capabilities: ["materialize", "check"],
      beatAt: expect.any(Date) as unknown,
    },
    { id: "w2" },
  ]);
  await under.query("update worker set beat_at = now() - interval '1 minute' where id = 'w2'");
  expect((await workers.alive(30_000)).map((one) => one.id)).toEqual(["w1"]);
  await workers.remove("w1");
  expect(await workers.alive(30_000)).toEqual([]);
});

test("ping answers while the database does", async () => {
  await expect(under.registry.ping()).resolves.toBeUndefined();
});
