import { openApiDocument } from "@tesela/contract";
import { formatInstant, TeselaError } from "@tesela/core";
import type { Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { lookSoon } from "../schedule/scheduler.ts";
import { frozenInstant } from "./frozen-instant.ts";
import { requireReady } from "./ready.ts";

type Names = "health" | "readiness" | "metrics" | "openApi" | "getClock" | "setClock";

/** Answers what concerns the platform as a whole. */
export function operationHandlers(services: Services): Pick<Handlers, Names> {
  const { registry, queue, offlineStore, version, metrics, scheduler, logger, serving } = services;
  const document = { ...openApiDocument(version) };
  const clock = async () => {
    const [{ mode }, now] = [await registry.clock.read(), await registry.clock.now()];
    return { clock: { mode, now: formatInstant(now) } };
  };
  return {
    health: async () => ({ status: "ok", version }),
    readiness: async ({ signal }) => {
      if (signal.aborted) throw new TeselaError("UNAVAILABLE", "Not ready: the server is stopping.");
      await requireReady({
        registry: () => registry.ping(),
        queue: () => queue.ping(),
        "offline store": () => offlineStore.check(),
        ...(serving === null ? {} : { "feature server": () => serving.check() }),
      });
      return { status: "ready" };
    },
    metrics: async ({ response }) => {
      const texts = [await metrics.print(), (await serving?.printMetrics()) ?? ""];
      response.setHeader("Content-Type", metrics.contentType).send(texts.join("\n"));
      return null;
    },
    openApi: async () => document,
    getClock: clock,
    setClock: async ({ body }) => {
      if (body.mode === "frozen") await registry.clock.freeze(frozenInstant(body.at));
      else await registry.clock.release();
      lookSoon(scheduler, logger);
      return clock();
    },
  };
}
