/** A worker process that dies at a failpoint: `worker-main.ts <WorkerConfig as JSON>`. */
import { createWorker } from "@tesela/materializer";
import { openParts } from "./parts.ts";
import { silent } from "./silent.ts";
import type { WorkerConfig } from "./worker-config.ts";

const config = JSON.parse(process.argv[2]!) as WorkerConfig;
const parts = await openParts(config);
const worker = createWorker({ ...parts, ...config, logger: silent });
await worker.start();
process.stdout.write("ready\n");
