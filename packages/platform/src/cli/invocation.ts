import type {
  ConsistencyOptions,
  ExplainOptions,
  HistoricalOptions,
  JobFilters,
  MaterializationStatusOptions,
  RangeOptions,
  ReadOptions,
  RunOptions,
} from "@tesela/sdk";
import type { ServerRole } from "../processes/server-role.ts";

/** Options that every command has. */
export interface CommonOptions {
  readonly json?: boolean;
  readonly dir?: string;
  readonly workspace?: string;
}

/** `tesela init [directory]` */
export interface InitInvocation {
  readonly command: "init";
  readonly directory: string;
}

/** `tesela plan [file]` */
export interface PlanInvocation {
  readonly command: "plan";
  readonly file: string;
}

/** `tesela apply [file] [--plan ID] [--yes]` */
export interface ApplyInvocation {
  readonly command: "apply";
  readonly file: string;
  readonly planId: string | null;
  readonly isConfirmed: boolean;
}

/** `tesela dev [--clock ISO] [--port N]` */
export interface DevInvocation {
  readonly command: "dev";
  readonly clock: string | null;
  readonly port: number | null;
}

/** `tesela server [--role R] [--host H] [--port N]` */
export interface ServerInvocation {
  readonly command: "server";
  readonly role: ServerRole;
  readonly host: string | null;
  readonly port: number | null;
}

/** `tesela worker` */
export interface WorkerInvocation {
  readonly command: "worker";
}

/** `tesela materialize <view> --start T --end T …`; stores are `null` where none was named. */
export interface MaterializeInvocation {
  readonly command: "materialize";
  readonly view: string;
  readonly start: string;
  readonly end: string;
  readonly stores: { readonly online: boolean; readonly offline: boolean } | null;
  readonly isOverwrite: boolean;
  /** Whether the platform tries again what fails. */
  readonly isRetried: boolean;
  readonly isWaiting: boolean;
}

/** `tesela ingest <table> <file>` */
export interface IngestInvocation {
  readonly command: "ingest";
  readonly table: string;
  readonly file: string;
}

/** `tesela get-historical <view…> | --service NAME …`: with a spine or over a range; options that were given. */
export interface HistoricalInvocation {
  readonly command: "get-historical";
  readonly views: readonly string[];
  readonly service: string | null;
  readonly spine: string | null;
  readonly output: string | null;
  readonly spineOptions: Pick<HistoricalOptions, "timestampKey" | "onMissing">;
  readonly rangeOptions: Pick<RangeOptions, "startTime" | "endTime"> & {
    readonly entities?: string | undefined;
  };
  readonly options: Omit<ReadOptions, "signal" | "onProgress">;
}

/** `tesela explain <view…> | --service NAME --spine FILE …`; options that were given. */
export interface ExplainInvocation {
  readonly command: "explain";
  readonly views: readonly string[];
  readonly service: string | null;
  readonly spine: string | null;
  readonly options: Omit<ExplainOptions, "signal">;
  readonly isSqlShown: boolean;
}

/** `tesela run <view> …`; mocks are files by the names that the transformation gives to sources. */
export interface RunInvocation {
  readonly command: "run";
  readonly view: string;
  readonly definitions: string | null;
  readonly mocks: Readonly<Record<string, string>>;
  readonly output: string | null;
  readonly options: Pick<RunOptions, "startTime" | "endTime" | "aggregationLevel">;
}

/** `tesela get-online <name> key=value… [--service] …`, and `query-online` without the wildcard's key. */
export interface OnlineInvocation {
  readonly command: "get-online" | "query-online";
  readonly name: string;
  readonly isService: boolean;
  readonly keys: Readonly<Record<string, string>>;
  /** Request data by name. */
  readonly context: Readonly<Record<string, unknown>>;
  /** Whether features that cannot be had are null. */
  readonly isPartial: boolean;
}

/** `tesela keys delete <view> key=value… | --file FILE …`; stores are `null` where none was named. */
export interface DeleteKeysInvocation {
  readonly command: "keys delete";
  readonly view: string;
  readonly key: Readonly<Record<string, string>> | null;
  readonly file: string | null;
  readonly stores: { readonly online: boolean; readonly offline: boolean } | null;
  readonly isConfirmed: boolean;
  readonly isWaiting: boolean;
}

/** `tesela keys status <view>` */
export interface KeysStatusInvocation {
  readonly command: "keys status";
  readonly view: string;
  readonly isVerbose: boolean;
  readonly isErrorsOnly: boolean;
}

/** `tesela keys verify <view>` */
export interface KeysVerifyInvocation {
  readonly command: "keys verify";
  readonly view: string;
}

/** `tesela check-consistency <view>`; options that were given. */
export interface ConsistencyInvocation {
  readonly command: "check-consistency";
  readonly view: string;
  readonly options: Omit<ConsistencyOptions, "signal">;
}

/** `tesela api-key create|list|revoke` */
export type ApiKeyInvocation =
  | {
      readonly command: "api-key create";
      readonly name: string;
      readonly role: "admin" | "reader";
      readonly only: string | null;
    }
  | { readonly command: "api-key list" }
  | { readonly command: "api-key revoke"; readonly id: string };

/** `tesela gc [view]`, `tesela rebuild <view> | --all`; `null` is all views. */
export interface HousekeepingInvocation {
  readonly command: "gc" | "rebuild";
  readonly view: string | null;
  readonly isDryRun: boolean;
  readonly isWaiting: boolean;
}

/** `tesela jobs list [view] …`; `null` is all views, filters that were given. */
export interface JobListInvocation {
  readonly command: "jobs list";
  readonly view: string | null;
  readonly filters: JobFilters;
  readonly limit: number;
}

/** `tesela jobs show <id>` */
export interface JobShowInvocation {
  readonly command: "jobs show";
  readonly id: string;
}

/** `tesela jobs cancel|retry <id> [--wait] [--timeout D]` */
export interface JobInvocation {
  readonly command: "jobs cancel" | "jobs retry";
  readonly id: string;
  readonly isWaiting: boolean;
  /** Duration text; for ever where it is `null`. */
  readonly timeout: string | null;
}

/** `tesela jobs wait <id> [--timeout D]` */
export interface JobWaitInvocation {
  readonly command: "jobs wait";
  readonly id: string;
  readonly timeout: string | null;
}

/** `tesela status <view> …` */
export interface StatusInvocation {
  readonly command: "status";
  readonly view: string;
  readonly options: MaterializationStatusOptions;
}

/** `tesela gaps [view] [--compare]`; `null` is all views. */
export interface GapsInvocation {
  readonly command: "gaps";
  readonly view: string | null;
  /** Whether a worker compares the source files first. */
  readonly isCompared: boolean;
}

/** `tesela refill <view> [--start T --end T | --stale]`; `null` is all of it. */
export interface RefillInvocation {
  readonly command: "refill";
  readonly view: string;
  readonly range: { readonly startTime: string; readonly endTime: string } | "stale" | null;
}

/** What a command line asks for. */
export type Invocation =
  | InitInvocation
  | PlanInvocation
  | ApplyInvocation
  | DevInvocation
  | ServerInvocation
  | WorkerInvocation
  | MaterializeInvocation
  | IngestInvocation
  | HistoricalInvocation
  | ExplainInvocation
  | RunInvocation
  | OnlineInvocation
  | HousekeepingInvocation
  | JobListInvocation
  | JobShowInvocation
  | JobInvocation
  | JobWaitInvocation
  | StatusInvocation
  | GapsInvocation
  | RefillInvocation
  | DeleteKeysInvocation
  | KeysStatusInvocation
  | KeysVerifyInvocation
  | ConsistencyInvocation
  | ApiKeyInvocation;
