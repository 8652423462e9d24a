import { createApiKey, listApiKeys, revokeApiKey } from "./commands/api-key.ts";
import { apply } from "./commands/apply.ts";
import { checkConsistency } from "./commands/check-consistency.ts";
import { explain } from "./commands/explain.ts";
import { gaps } from "./commands/gaps.ts";
import { getHistorical } from "./commands/get-historical.ts";
import { getOnline } from "./commands/get-online.ts";
import { ingest } from "./commands/ingest.ts";
import { housekeep } from "./commands/housekeeping.ts";
import { init } from "./commands/init.ts";
import { deleteKeys, keysStatus, keysVerify } from "./commands/keys.ts";
import { awaitJob, cancelJob, listJobs, retryJob, showJob } from "./commands/jobs.ts";
import { materialize } from "./commands/materialize.ts";
import { plan } from "./commands/plan.ts";
import { dev, server, worker } from "./commands/processes.ts";
import { refill } from "./commands/refill.ts";
import { run } from "./commands/run.ts";
import { status } from "./commands/status.ts";
import type { Context } from "./context.ts";
import type { Invocation } from "./invocation.ts";

/** What does each command; all throw `TeselaError` when they fail. */
export const commands: {
  readonly [Name in Invocation["command"]]: (
    invocation: Extract<Invocation, { command: Name }>,
    context: Context,
  ) => Promise<void>;
} = {
  init,
  plan,
  apply,
  dev,
  server,
  worker,
  materialize,
  ingest,
  "get-historical": getHistorical,
  explain,
  run,
  "get-online": getOnline,
  "jobs list": listJobs,
  "jobs show": showJob,
  "jobs cancel": cancelJob,
  "jobs retry": retryJob,
  "jobs wait": awaitJob,
  status,
  gaps,
  refill,
  gc: housekeep,
  rebuild: housekeep,
  "keys delete": deleteKeys,
  "keys status": keysStatus,
  "keys verify": keysVerify,
  "check-consistency": checkConsistency,
  "api-key create": createApiKey,
  "api-key list": listApiKeys,
  "api-key revoke": revokeApiKey,
};
