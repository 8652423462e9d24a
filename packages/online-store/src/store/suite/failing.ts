import { listenTcp } from "@tesela/test/support";
import { describe, expect, it, vi } from "vitest";

import type { ViewRead } from "../port.ts";
import { keyOf, noChunk, type Suite, type SuiteAdapter } from "./fixtures.ts";
import { codeOf, everythingIn, failedStart, PASSWORD, SOON_MS, thrownBy } from "./failure.ts";
import { proxyTo, urlAt, type Proxy } from "./network.ts";

const unavailableAndDiscreet = { code: "UNAVAILABLE", isSoon: true, tellsPassword: false };

/** How a store fails: fast, with a closed code, telling no secret. */
export function failureRules(suite: Suite): void {
  describe("failing", () => {
    const read: ViewRead = { generation: 1, kind: "tiles", key: keyOf("k"), chunks: [noChunk] };

    it("is CANCELLED by a signal, fired before or during the read, and serves the next read", async () => {
      await expect(suite.store.read([read], { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: "CANCELLED",
      });
      const controller = new AbortController();
      const reading = suite.store.read([read], { signal: controller.signal });
      controller.abort();
      await expect(reading).rejects.toMatchObject({ code: "CANCELLED" });
      await expect(suite.store.read([read])).resolves.toHaveLength(1);
    });

    it("is UNAVAILABLE soon where no server listens, and tells no password", async () => {
      expect(await failedStart(suite.adapter.open(urlAt(suite.adapter.url(), 1)))).toEqual(
        unavailableAndDiscreet,
      );
    });

    it("is UNAVAILABLE soon where a server accepts and never answers, and tells no password", async () => {
      await using silent = await listenTcp(() => undefined);
      expect(await failedStart(suite.adapter.open(urlAt(suite.adapter.url(), silent.port)))).toEqual(
        unavailableAndDiscreet,
      );
    });

    it("refuses a url that is none as MISCONFIGURED, without repeating it", () => {
      for (const url of [PASSWORD, `http://user:${PASSWORD}@localhost`]) {
        const error = thrownBy(() => suite.adapter.open(url));
        expect(error).toMatchObject({ code: "MISCONFIGURED" });
        expect(everythingIn(error)).not.toContain(PASSWORD);
      }
    });

    it("is UNAVAILABLE before start and after stop", async () => {
      const other = suite.adapter.open(suite.adapter.url());
      await expect(other.read([read])).rejects.toMatchObject({ code: "UNAVAILABLE" });
      await other.start();
      await expect(other.read([read])).resolves.toHaveLength(1);
      await other.stop();
      await other.stop();
      await expect(other.read([read])).rejects.toMatchObject({ code: "UNAVAILABLE" });
    });

    it("is UNAVAILABLE soon, reads under way included, when the server goes; and serves when it is back", async () => {
      await using proxy = await proxyOf(suite.adapter);
      const other = suite.adapter.open(proxy.url);
      await other.start();
      await expect(other.read([read])).resolves.toHaveLength(1);
      const underWay = other.read([read]).catch((error: unknown) => error);
      await proxy.goDown();
      const began = performance.now();
      await expect(other.read([read])).rejects.toMatchObject({ code: "UNAVAILABLE" });
      expect(await underWay).toSatisfy((end) => Array.isArray(end) || codeOf(end) === "UNAVAILABLE");
      expect(performance.now() - began).toBeLessThan(SOON_MS);
      await proxy.comeBack();
      await vi.waitFor(() => expect(other.read([read])).resolves.toHaveLength(1), { timeout: 20_000 });
      await other.stop();
    });

    it("is a TIMEOUT where the server stalls, after the time the caller gave", async () => {
      await using proxy = await proxyOf(suite.adapter);
      const other = suite.adapter.open(proxy.url);
      await other.start();
      proxy.stall();
      await expect(other.read([read], { timeoutMs: 50 })).rejects.toMatchObject({
        code: "TIMEOUT",
        // What is left of the caller's time when the store is asked.
        message: expect.stringMatching(/within \d{1,2}(\.\d+)? ms/) as string,
      });
      await proxy.goDown();
      await other.stop();
    });
  });
}

function proxyOf(adapter: SuiteAdapter): Promise<Proxy> {
  return adapter.proxy?.() ?? proxyTo(adapter.url());
}
