/** What a server of the comparison reads from. */
export interface ServerSettings {
  readonly redisUrl: string;
  readonly prefix: string;
}

/** Whom requests are for. */
export const ADDRESS = {
  workspace: "bench",
  service: "facts",
  key: "tsk_bench_0123456789abcdef",
  path: "/api/v1/feature-service/get-features",
} as const;

/** Where the served view's data are. */
export const HTTP_GENERATION = 30;
/** How many features an answer has. */
export const HTTP_FEATURES = 20;
