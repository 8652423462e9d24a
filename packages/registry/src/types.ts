import type { Alerts } from "./types/alert.ts";
import type { ApiKeys } from "./types/api-key.ts";
import type { RetryPolicy } from "@tesela/core";
import type { Attempts } from "./types/attempt.ts";
import type { PlatformClock } from "./types/clock.ts";
import type { Coverage } from "./types/coverage.ts";
import type { Deletions } from "./types/deletion.ts";
import type { Definitions, Workspaces } from "./types/definition.ts";
import type { Housekeeping } from "./types/housekeeping.ts";
import type { Jobs } from "./types/job.ts";
import type { Ledger } from "./types/ledger.ts";
import type { Parts } from "./types/part.ts";
import type { Plans } from "./types/plan.ts";
import type { Recovery } from "./types/recovery.ts";
import type { Schedule } from "./types/schedule.ts";
import type { Sessions } from "./types/session.ts";
import type { Streams } from "./types/stream.ts";
import type { Tasks } from "./types/task.ts";
import type { Workers } from "./types/worker.ts";

/** How to reach the registry's database. */
export interface RegistryOptions {
  /** `postgresql://…` */
  readonly databaseUrl: string;
  /** What the platform clock follows while it is live; the system's clock unless given. */
  readonly systemClock?: () => Date;
  /** Connections at most; 10 unless given. */
  readonly poolSize?: number;
  /** How jobs are tried again; what is left out is as in `DEFAULT_RETRY_POLICY`. */
  readonly retryPolicy?: Partial<RetryPolicy>;
  /** How many jobs may run at once; what is left out is as in `DEFAULT_JOB_LIMITS`. */
  readonly jobLimits?: Partial<JobLimits>;
}

/** How many jobs may run at once. Ingests wait for nothing but each other. */
export interface JobLimits {
  /** Of a view, of those that the schedule makes for the intervals that have ended, and as many for history. */
  readonly perView: number;
  /** Of all views of a workspace. */
  readonly perWorkspace: number;
}

/** One job of each kind for a view, so that intervals come in order; a hundred for a workspace. */
export const DEFAULT_JOB_LIMITS: JobLimits = { perView: 1, perWorkspace: 100 };

/** The truth of the platform, kept in Postgres: one part per concept. */
export interface Registry {
  readonly workspaces: Workspaces;
  readonly definitions: Definitions;
  readonly plans: Plans;
  readonly jobs: Jobs;
  readonly attempts: Attempts;
  readonly parts: Parts;
  readonly ledger: Ledger;
  readonly housekeeping: Housekeeping;
  readonly deletions: Deletions;
  readonly streams: Streams;
  readonly tasks: Tasks;
  readonly recovery: Recovery;
  readonly schedule: Schedule;
  readonly coverage: Coverage;
  readonly apiKeys: ApiKeys;
  readonly sessions: Sessions;
  readonly alerts: Alerts;
  readonly clock: PlatformClock;
  readonly workers: Workers;
  /** Throws `UNAVAILABLE` when the database does not answer. */
  ping(): Promise<void>;
  /** Ends all waiting and all connections. */
  stop(): Promise<void>;
}
