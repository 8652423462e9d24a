import { expect, test } from "vitest";
import { embeddedSettings } from "./options.ts";

test.each(["127.0.0.1", "127.1.2.3", "::1", "localhost"])("the embedded platform listens on %s", (host) => {
  expect(embeddedSettings({ host }, "/data").host).toBe(host);
});

test.each(["0.0.0.0", "::", "192.168.1.1", "127.0.0.1.example.org", "1127.0.0.1"])(
  "the embedded platform refuses to listen on %s",
  (host) => {
    expect(() => embeddedSettings({ host }, "/data")).toThrow(/only on loopback/);
  },
);
