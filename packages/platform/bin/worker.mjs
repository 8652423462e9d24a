// The program of a worker process that the platform starts: `worker-child.ts` forks it.
import { keepCompiled } from "./compile-cache.mjs";

keepCompiled();
const { runWorkerProcess } = await import("../src/processes/worker.ts");
await runWorkerProcess();
