import { createHmac } from "node:crypto";
import type { TeselaError } from "@tesela/core";
import { expect, test } from "vitest";
import { checkedLookup, mayConnect } from "./checked-lookup.ts";
import { delayAfter } from "./deliver.ts";
import { send } from "./send.ts";
import { alertSettings, type AlertOptions } from "./settings.ts";
import { signatureOf } from "./sign.ts";

const secret = "0123456789abcdef";
const settings = (options: AlertOptions) => alertSettings({ secret, ...options });
const problemsOf = (options: AlertOptions): string[] => {
  try {
    alertSettings({ secret, ...options });
    return [];
  } catch (error) {
    return (error as TeselaError).problems.map(({ message }) => message);
  }
};
const ranges = (...allowed: string[]) => settings({ allowed }).allowedRanges;
const unsent = { headers: {}, body: "{}", signal: new AbortController().signal };

test("only public addresses may be connected to, whatever way they are written", () => {
  const refused = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.5.4",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1",
    "fd00:ec2::254",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "not an address",
  ];
  expect(refused.filter((address) => mayConnect(address, []))).toEqual([]);
  expect(["93.184.216.34", "2606:2800:220:1::1"].every((address) => mayConnect(address, []))).toBe(true);
});

test("an address that is not public may be connected to where it, or a range that holds it, is named", () => {
  expect(mayConnect("10.1.2.3", ranges("10.1.0.0/16"))).toBe(true);
  expect(mayConnect("::ffff:10.1.2.3", ranges("10.1.0.0/16"))).toBe(true);
  expect(mayConnect("10.2.2.3", ranges("10.1.0.0/16"))).toBe(false);
  expect(mayConnect("127.0.0.1", ranges("127.0.0.1"))).toBe(true);
  expect(mayConnect("127.0.0.2", ranges("127.0.0.1", "fd00::/8"))).toBe(false);
});

test("a name is checked when it is connected to: one that leads inside gives no address", async () => {
  const look = (allowed: readonly string[], all: boolean) =>
    new Promise((done) => {
      checkedLookup(ranges(...allowed))("localhost", { all }, (error, found) => done(error ?? found));
    });
  expect(await look([], true)).toMatchObject({ code: "FORBIDDEN" });
  expect(await look([], false)).toMatchObject({ code: "FORBIDDEN" });
  expect(await look(["127.0.0.0/8", "::1"], true)).toContainEqual(expect.objectContaining({ family: 4 }));
  expect(await look(["127.0.0.0/8"], false)).toBe("127.0.0.1");
});

test("an address in the URL itself is checked too, brackets or not", async () => {
  for (const address of [
    "http://127.0.0.1:9",
    "http://[::1]:9",
    "http://0x7f.1:9",
    "https://[::ffff:a00:1]/",
  ]) {
    expect(await send({ ...unsent, url: new URL(address), allowed: [] })).toMatch(/ is not public$/);
  }
});

test("a webhook is https, on a host that is allowed; http is for hosts named for it", () => {
  const good = { webhooks: ["https://hooks.example/a"], allowed: ["hooks.example"] };
  expect(problemsOf(good)).toEqual([]);
  expect(problemsOf({ webhooks: ["https://hooks.example/a"] })).toEqual([
    "hooks.example is not a host that is allowed",
  ]);
  expect(problemsOf({ ...good, webhooks: ["http://hooks.example/a"] })).toEqual([
    "hooks.example is called without TLS",
  ]);
  expect(problemsOf({ webhooks: ["http://hooks.example/a"], httpHosts: ["hooks.example"] })).toEqual([]);
  expect(problemsOf({ webhooks: ["https://10.1.2.3/a"], allowed: ["10.0.0.0/8"] })).toEqual([]);
  expect(problemsOf({ ...good, secret: "short" })).toEqual(["has fewer than 16 characters"]);
  const bad = ["ftp://hooks.example", "hooks.example", "https://a:b@hooks.example/", "https://"];
  expect(problemsOf({ ...good, webhooks: bad })).toHaveLength(4);
});

test("a webhook may be of one workspace; its name tells nothing of its path", () => {
  const { webhooks } = settings({
    webhooks: ["prod=https://hooks.example/T0KEN?x=1", "https://hooks.example/T0KEN?x=1"],
    allowed: ["hooks.example"],
  });
  expect(webhooks.map(({ workspace }) => workspace)).toEqual(["prod", null]);
  expect(webhooks[0]!.name).toMatch(/^hooks\.example#[0-9a-f]{12}$/);
  expect(webhooks[0]!.name).not.toBe(webhooks[1]!.name);
});

test("the signature is the HMAC of the second and the body", () => {
  const signature = signatureOf(secret, '{"a":1}', new Date(1_700_000_000_999));
  const hmac = createHmac("sha256", secret).update('1700000000.{"a":1}').digest("hex");
  expect(signature).toBe(`t=1700000000,v1=${hmac}`);
});

test("pauses double up to an hour, and chance takes off up to a half", () => {
  expect([1, 2, 3, 20].map((tries) => delayAfter(tries, 10_000, 0))).toEqual([
    10_000, 20_000, 40_000, 3_600_000,
  ]);
  expect(delayAfter(1, 10_000, 0.999)).toBeGreaterThan(5_000);
});
