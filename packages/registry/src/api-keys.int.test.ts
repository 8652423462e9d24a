import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { useRegistry } from "./testing/registry-under-test.ts";

const under = useRegistry();

test("a key opens what it was made for until it is revoked", async () => {
  const { apiKeys } = under.registry;
  const { id, secret } = await apiKeys.create({ name: "ci", role: "admin" });
  expect(secret).toMatch(new RegExp(`^tsk_${id}_[A-Za-z0-9_-]{43}$`));
  expect(await apiKeys.verify(secret)).toMatchObject({ id, name: "ci", role: "admin", workspace: null });
  await apiKeys.revoke(id);
  expect(await apiKeys.verify(secret)).toBeNull();
  expect((await apiKeys.revoke(id)).revokedAt).toBeInstanceOf(Date);
});

test("any other text opens nothing", async () => {
  const { apiKeys } = under.registry;
  const { id, secret } = await apiKeys.create({ name: "reader", role: "reader", workspace: "prod" });
  const other = secret.endsWith("A") ? "B" : "A";
  for (const text of ["", "tsk_", id, `${secret}x`, secret.slice(0, -1) + other, secret.toUpperCase()]) {
    expect(await apiKeys.verify(text)).toBeNull();
  }
});

test("only the SHA-256 of a secret is stored, and given to servers that check by themselves", async () => {
  const { apiKeys } = under.registry;
  const { id, secret } = await apiKeys.create({ name: "server", role: "reader", workspace: "prod" });
  const key = (await apiKeys.listActive()).find((one) => one.id === id)!;
  expect(key).toMatchObject({ role: "reader", workspace: "prod" });
  expect(Buffer.from(key.hash)).toEqual(createHash("sha256").update(secret).digest());
  expect(JSON.stringify(await under.query("select * from api_key"))).not.toContain(secret.slice(-43));
  expect((await apiKeys.list()).map((one) => one.id)).toContain(id);
});

test("revoking a key that is not there is NOT_FOUND", async () => {
  await expect(under.registry.apiKeys.revoke("none")).rejects.toMatchObject({ code: "NOT_FOUND" });
});
