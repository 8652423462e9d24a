import { retrievalBodyOf } from "../historical/read-retrieval.ts";
import type { Handlers } from "../http/call.ts";
import type { Services } from "../services.ts";
import { startRun } from "./start-run.ts";

/** Answers runs of views: each is a retrieval from there on. */
export function runHandlers(services: Services): Pick<Handlers, "run"> {
  return {
    run: async (call) => ({
      retrieval: retrievalBodyOf(await startRun(services, call), call.requestId),
    }),
  };
}
