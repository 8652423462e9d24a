/**
 * A worker process: `worker-main.ts <WorkerConfig as JSON> [failpoint]`. At the failpoint it dies or stands still, such
 * as `after-put:kill` or `after-put:freeze`; a message names another one.
 */
import { flushCompileCache } from "node:module";
import { createWorker, failpointOf } from "@tesela/materializer";
import { openParts } from "./parts.ts";
import { silent } from "./silent.ts";
import type { WorkerConfig } from "./worker-config.ts";

const config = JSON.parse(process.argv[2]!) as WorkerConfig;
let failpoint = failpointOf(process.argv[3]);
process.on("message", (text) => {
  failpoint = failpointOf(String(text));
});
const parts = await openParts(config);
const worker = createWorker({
  ...parts,
  ...config,
  failpoint: (name) => failpoint(name),
  logger: silent,
});
await worker.start();
// It will be killed, and who is killed keeps nothing of what was compiled.
flushCompileCache();
process.stdout.write("ready\n");
