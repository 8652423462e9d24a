export type { SpanAttributes, Tracer } from "./worker/tracer.ts";
export { createWorker, type Worker, type WorkerOptions } from "./worker/worker.ts";
export { failpointOf, type Failpoint, type FailpointName } from "./worker/failpoint.ts";
export { readKeyRows } from "./job/key-rows.ts";
export { pushSql, type PushFiles } from "./job/push-sql.ts";
