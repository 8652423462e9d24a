import type { Context } from "./context.ts";
import type { Invocation } from "./invocation.ts";

/** What is given to a command of a name; some have two. */
type Named<I extends Invocation, Name> = I extends unknown ? (Name extends I["command"] ? I : never) : never;

/** Does what a command says; throws `TeselaError` when it fails. */
type Command<I extends Invocation> = (invocation: I, context: Context) => Promise<void>;

/** Loads a command: each one needs other things, and some take longer to load than to run. */
export const commands: {
  readonly [Name in Invocation["command"]]: () => Promise<Command<Named<Invocation, Name>>>;
} = {
  init: async () => (await import("./commands/init.ts")).init,
  plan: async () => (await import("./commands/plan.ts")).plan,
  apply: async () => (await import("./commands/apply.ts")).apply,
  dev: async () => (await import("./commands/dev.ts")).dev,
  server: async () => (await import("./commands/server.ts")).server,
  worker: async () => (await import("./commands/worker.ts")).worker,
  materialize: async () => (await import("./commands/materialize.ts")).materialize,
  ingest: async () => (await import("./commands/ingest.ts")).ingest,
  "get-historical": async () => (await import("./commands/get-historical.ts")).getHistorical,
  explain: async () => (await import("./commands/explain.ts")).explain,
  run: async () => (await import("./commands/run.ts")).run,
  "get-online": async () => (await import("./commands/get-online.ts")).getOnline,
  "query-online": async () => (await import("./commands/query-online.ts")).queryOnline,
  "jobs list": async () => (await import("./commands/jobs.ts")).listJobs,
  "jobs show": async () => (await import("./commands/jobs.ts")).showJob,
  "jobs cancel": async () => (await import("./commands/jobs.ts")).cancelJob,
  "jobs retry": async () => (await import("./commands/jobs.ts")).retryJob,
  "jobs wait": async () => (await import("./commands/jobs.ts")).awaitJob,
  status: async () => (await import("./commands/status.ts")).status,
  gaps: async () => (await import("./commands/gaps.ts")).gaps,
  refill: async () => (await import("./commands/refill.ts")).refill,
  gc: async () => (await import("./commands/housekeeping.ts")).housekeep,
  rebuild: async () => (await import("./commands/housekeeping.ts")).housekeep,
  "keys delete": async () => (await import("./commands/keys.ts")).deleteKeys,
  "keys status": async () => (await import("./commands/keys.ts")).keysStatus,
  "keys verify": async () => (await import("./commands/keys.ts")).keysVerify,
  "check-consistency": async () => (await import("./commands/check-consistency.ts")).checkConsistency,
  "api-key create": async () => (await import("./commands/api-key.ts")).createApiKey,
  "api-key list": async () => (await import("./commands/api-key.ts")).listApiKeys,
  "api-key revoke": async () => (await import("./commands/api-key.ts")).revokeApiKey,
};
