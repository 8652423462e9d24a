import { beforeEach, expect, test } from "vitest";
import { useRegistry } from "../testing/registry-under-test.ts";

const under = useRegistry();
let keyId: string;

beforeEach(async () => {
  keyId = (await under.registry.apiKeys.create({ name: "ann", role: "reader", workspace: "prod" })).id;
});

const found = async (token: string) => (await under.registry.sessions.find(token))?.id ?? null;
const shift = (column: "created_at" | "seen_at", by: string) =>
  under.query(`update session set ${column} = ${column} - $1::interval where key_id = $2`, [by, keyId]);

test("a session is its key; only the hash of its token is stored", async () => {
  const token = await under.registry.sessions.create(keyId);
  expect(await under.registry.sessions.find(token)).toMatchObject({
    id: keyId,
    role: "reader",
    workspace: "prod",
  });
  const rows = await under.query("select * from session where key_id = $1", [keyId]);
  expect(rows).toHaveLength(1);
  expect(JSON.stringify(rows)).not.toContain(token);
});

test("an unknown token, one that is none, and one that was ended are nobody's", async () => {
  const token = await under.registry.sessions.create(keyId);
  expect(await found("x".repeat(43))).toBeNull();
  expect(await found("")).toBeNull();
  await under.registry.sessions.end(token);
  await under.registry.sessions.end(token);
  expect(await found(token)).toBeNull();
});

test("a session ends after 12 hours however much it is used, and after an hour of silence", async () => {
  const [old, idle] = [
    await under.registry.sessions.create(keyId),
    await under.registry.sessions.create(keyId),
  ];
  await shift("created_at", "11 hours 59 minutes");
  await shift("seen_at", "59 minutes");
  expect([await found(old), await found(idle)]).toEqual([keyId, keyId]);
  await shift("seen_at", "59 minutes");
  expect(await found(old)).toBe(keyId);
  await shift("seen_at", "60 minutes");
  expect(await found(idle)).toBeNull();
  const late = await under.registry.sessions.create(keyId);
  await shift("created_at", "12 hours");
  expect(await found(late)).toBeNull();
});

test("the sessions of a revoked key end at once, and it makes no more", async () => {
  const token = await under.registry.sessions.create(keyId);
  await under.registry.apiKeys.revoke(keyId);
  expect(await found(token)).toBeNull();
  await expect(under.registry.sessions.create(keyId)).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("a key has twenty sessions at most: the oldest makes room", async () => {
  const tokens: string[] = [];
  for (let index = 0; index < 21; index++) tokens.push(await under.registry.sessions.create(keyId));
  expect(await found(tokens[0]!)).toBeNull();
  expect(await found(tokens[1]!)).toBe(keyId);
  expect(await under.query("select 1 from session where key_id = $1", [keyId])).toHaveLength(20);
});
