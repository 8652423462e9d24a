import { expect, test } from "vitest";
import { z } from "zod";
import { eitherSpelling } from "./spelling.ts";

const schema = eitherSpelling(
  z.strictObject({ joinKeyMap: z.record(z.string(), z.string()), isBig: z.boolean().default(false) }),
);

test("a field is read in either spelling, and what it holds keeps its names", () => {
  const joinKeyMap = { user_id: "1", shopId: "2" };
  expect(schema.parse({ join_key_map: joinKeyMap, is_big: true })).toEqual({ joinKeyMap, isBig: true });
  expect(schema.parse({ joinKeyMap })).toEqual({ joinKeyMap, isBig: false });
});

test("both spellings of one field are refused, as unknown fields are", () => {
  const refused = (value: object) => schema.safeParse(value).error?.issues.map(({ code }) => code);
  expect(refused({ joinKeyMap: {}, join_key_map: {} })).toEqual(["unrecognized_keys"]);
  expect(refused({ joinKeyMap: {}, join_keys: {} })).toEqual(["unrecognized_keys"]);
  expect(schema.safeParse([]).success).toBe(false);
});
