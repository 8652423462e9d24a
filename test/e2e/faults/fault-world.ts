import { enableCompileCache } from "node:module";
import { createWorker } from "@tesela/materializer";
import { COMPILED } from "@tesela/test/support";
import { inject } from "vitest";
import type { Backend } from "./parts.ts";
import { openPlatform, type Platform } from "./platform.ts";
import { silent } from "./silent.ts";

/** A platform whose workers can be killed: all but they live in the process of the test. */
export interface FaultWorld extends Platform {
  /** Starts a worker in this process, which lives until it is disposed of. */
  startWorker(): Promise<AsyncDisposable>;
}

/** Opens a platform of its own, without a worker; on the Redis that all tests share unless another is given. */
export async function openFaultWorld(
  backend: Backend,
  redisUrl: string = inject("redisUrl"),
): Promise<FaultWorld> {
  // The engines of workers in this process start with it.
  enableCompileCache(COMPILED.NODE_COMPILE_CACHE);
  const platform = await openPlatform({ backend, pgUrl: inject("pgUrl"), redisUrl });
  return {
    ...platform,
    async startWorker() {
      const worker = createWorker({ ...platform, ...platform.config, logger: silent });
      await worker.start();
      return { [Symbol.asyncDispose]: () => worker.stop() };
    },
  };
}
