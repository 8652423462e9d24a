import type { EmbeddedPlatform } from "@tesela/platform";
import { attribute, declarationsOf, entity, featureService, featureTable, type Workspace } from "@tesela/sdk";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startTestPlatform, type TestPlatform } from "./test-platform.ts";

const NOW = "2024-01-05T00:00:00.000500Z";
const user = entity({ name: "user", joinKeys: { user: "string", shop: "int64" } });
const common = {
  entities: [user],
  timestampField: "at",
  featureStartTime: "2024-01-01",
  online: true,
  offline: true,
} as const;
const profile = featureTable({
  ...common,
  name: "profile",
  features: [
    attribute("plan", "string"),
    attribute("limit", "int64"),
    attribute("score", "float64"),
    attribute("since", "timestamp"),
    attribute("photo", "bytes"),
  ],
});
const logged = featureService({ name: "logged", views: [profile], logging: { sampleRate: 1 } });
const quiet = featureService({ name: "quiet", views: [profile] });

let platform: EmbeddedPlatform;
let workspace: Workspace;
let stop: TestPlatform["stop"];

beforeAll(async () => {
  ({ platform, workspace, stop } = await startTestPlatform({ clock: NOW, logLevel: "error" }));
  await workspace.apply(declarationsOf({ user, profile, logged, quiet }));
  await workspace.getFeatureView(profile).ingest([
    {
      user: "a,\n'",
      shop: 2n ** 60n,
      at: new Date("2024-01-02"),
      plan: "gold",
      limit: -(2n ** 62n),
      score: 0.1,
      since: "2020-02-02T00:00:00.000001Z",
      photo: new Uint8Array([0, 255]),
    },
  ]);
});
afterAll(() => stop());

async function served(options: object = {}) {
  await using frame = await workspace.getFeatureService(logged).getServedFeatures(options);
  return await frame.toRows();
}

test("what a service with a log has served is a dataset, each value as it was served", async () => {
  expect(await served()).toEqual([]);
  const service = workspace.getFeatureService(logged);
  const keys = [
    { user: "a,\n'", shop: 2n ** 60n },
    { user: "nobody", shop: 1n },
  ];
  const vectors = await service.getOnlineFeaturesBatch(keys);
  await workspace.getFeatureService(quiet).getOnlineFeatures(keys[0]!);
  await vi.waitFor(async () => expect(await served()).toHaveLength(2), { timeout: 80_000, interval: 500 });
  const rows = await served();
  const at = { _served_at: NOW };
  expect(rows).toEqual(vectors.map((vector, index) => ({ ...at, ...keys[index], ...vector.toObject() })));
}, 100_000);

test("a range of what was served begins with its start and ends before its end", async () => {
  expect(await served({ startTime: NOW })).toHaveLength(2);
  expect(await served({ startTime: "2024-01-05T00:00:00.000501Z" })).toEqual([]);
  expect(await served({ endTime: NOW })).toEqual([]);
  await expect(served({ startTime: NOW, endTime: NOW })).rejects.toMatchObject({ code: "VALIDATION" });
});

test("what is past its retention is not read any more", async () => {
  await platform.setClock("2024-02-04T00:00:00.000500Z");
  expect(await served({ startTime: "2024-01-01" })).toHaveLength(2);
  await platform.setClock("2024-02-04T00:00:00.000501Z");
  expect(await served({ startTime: "2024-01-01" })).toEqual([]);
  expect(await served({ endTime: "2024-01-06" })).toEqual([]);
  await platform.setClock(NOW);
});

test("T17 a deletion says that the log may still hold its keys", async () => {
  const view = workspace.getFeatureView(profile);
  await view.deleteKeys([{ user: "a,\n'", shop: 2n ** 60n }]);
  const { mayRemain } = await view.deletionStatus();
  expect(mayRemain.some((one) => one.includes("served/"))).toBe(true);
});
