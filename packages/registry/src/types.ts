import type { ApiKeys } from "./types/api-key.ts";
import type { Attempts } from "./types/attempt.ts";
import type { PlatformClock } from "./types/clock.ts";
import type { Definitions, Workspaces } from "./types/definition.ts";
import type { Jobs } from "./types/job.ts";
import type { Ledger } from "./types/ledger.ts";
import type { Plans } from "./types/plan.ts";
import type { Recovery } from "./types/recovery.ts";
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
}

/** The truth of the platform, kept in Postgres: one part per concept. */
export interface Registry {
  readonly workspaces: Workspaces;
  readonly definitions: Definitions;
  readonly plans: Plans;
  readonly jobs: Jobs;
  readonly attempts: Attempts;
  readonly ledger: Ledger;
  readonly tasks: Tasks;
  readonly recovery: Recovery;
  readonly apiKeys: ApiKeys;
  readonly clock: PlatformClock;
  readonly workers: Workers;
  /** Throws `UNAVAILABLE` when the database does not answer. */
  ping(): Promise<void>;
  /** Ends all waiting and all connections. */
  stop(): Promise<void>;
}
