import { expect, it } from "vitest";

import { evenTags, slotOf } from "./cluster-slots.ts";

it("gives tags the slots that Redis gives them", () => {
  expect([slotOf("123456789"), slotOf("foo"), slotOf("")]).toEqual([0x31c3, 12_182, 0]);
});

it("finds a tag for every equal part of the slots, in their order", () => {
  expect(evenTags(128).map(slotOf)).toEqual(Array.from({ length: 128 }, (_, part) => part * 128));
});
