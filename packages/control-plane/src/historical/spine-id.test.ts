import { spinePath } from "@tesela/offline-store";
import { expect, test } from "vitest";
import { newSpineId, originOf, SPINE_FOLDER, spineIdAt } from "./spine-id.ts";

const origin = {
  workspaceId: 7,
  ownerKeyId: "0f-A1",
  createdAtMs: 1_700_000_000_123,
  format: "csv",
} as const;

test("an id tells where its spine comes from", () => {
  expect(originOf(newSpineId(origin))).toEqual(origin);
  expect(newSpineId(origin)).not.toBe(newSpineId(origin));
});

test("anything else is no id", () => {
  expect(["", "../etc", "s1_w1_a_b", `${newSpineId(origin)}0`].map(originOf)).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test("the id of a stored spine stands in its path, which lies in the folder of spines", () => {
  const id = newSpineId(origin);
  expect(spineIdAt(spinePath(id, "csv"))).toBe(id);
  expect(spineIdAt(spinePath(id, "parquet"))).toBeNull();
  expect(spineIdAt(spinePath("other"))).toBeNull();
  expect(spinePath(id, "csv").startsWith(`${SPINE_FOLDER}/`)).toBe(true);
});
