export { findBrowser } from "./browser.ts";
export { createDatabase, dropDatabase } from "./database.ts";
export { startMiniS3 } from "./mini-s3/mini-s3.ts";
export type { Fault } from "./mini-s3/fault.ts";
export type { MiniS3, MiniS3Options } from "./mini-s3/mini-s3.ts";
export type { S3Request } from "./mini-s3/request.ts";
export { freePort } from "./service.ts";
export { TotalsReporter } from "./totals-reporter.ts";
export { startRedis } from "./redis.ts";
