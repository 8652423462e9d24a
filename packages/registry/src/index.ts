export { openRegistry } from "./open-registry.ts";
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  type SweepReport,
} from "./dispatcher/dispatcher.ts";
export type { Log } from "./log.ts";
export { DEFAULT_JOB_LIMITS, type JobLimits, type Registry, type RegistryOptions } from "./types.ts";
export {
  ALERT_EVENTS,
  type Alert,
  type AlertCondition,
  type AlertDelivery,
  type AlertEvent,
  type AlertMessage,
  type Alerts,
  type FailedJob,
  type TakeDeliveries,
} from "./types/alert.ts";
export type { ApiKey, ApiKeyHash, ApiKeyRole, ApiKeys, NewApiKey } from "./types/api-key.ts";
export type {
  Attempts,
  AttemptWork,
  ClaimedAttempt,
  Heartbeat,
  HeartbeatReply,
  PushResult,
} from "./types/attempt.ts";
export type { ClockState, PlatformClock } from "./types/clock.ts";
export type {
  Change,
  Definitions,
  Delete,
  Put,
  StoredDefinition,
  StoredView,
  ViewGeneration,
  Workspace,
  Workspaces,
  WorkspaceState,
} from "./types/definition.ts";
export type { DeletedOf, Deletion, DeletionCommand, Deletions, UncleanFile } from "./types/deletion.ts";
export { isStoredView } from "./definitions/stored-definition.ts";
export type {
  CurrentFile,
  DoneMerge,
  FileCount,
  FoundFile,
  Housekeeping,
  HousekeepingFilter,
  HousekeepingIntervals,
  HousekeepingPolicy,
  HousekeepingReport,
  HousekeepingTarget,
  LivePart,
  MergeGroup,
  OnlineState,
  PlannedWork,
  RemovableFile,
} from "./types/housekeeping.ts";
export type {
  AttemptRef,
  Failure,
  IngestCommand,
  Job,
  JobAttempt,
  JobFilter,
  JobLogLine,
  JobPage,
  JobProgress,
  Jobs,
  LogLine,
  Progress,
  TriggerCommand,
} from "./types/job.ts";
export type {
  Commit,
  FilesOfRangeOptions,
  GenerationState,
  Ledger,
  LedgerTime,
  LiveFile,
  LiveRange,
  NewCommit,
  NewFile,
  Snapshot,
  SnapshotOptions,
  Store,
} from "./types/ledger.ts";
export type { Coverage, CoverageLedger, SourceRange } from "./types/coverage.ts";
export type { ScheduledTurn, ScheduleFailure, Schedule } from "./types/schedule.ts";
export type { ClaimedPart, NewParts, PartClaim, PartOutput, Parts } from "./types/part.ts";
export type { NewPlan, Plan, Plans } from "./types/plan.ts";
export type { Recovery, TaskRef } from "./types/recovery.ts";
export type {
  NewStreamBatch,
  StreamApplied,
  StreamEvent,
  StreamSlot,
  StreamState,
  Streams,
  StreamTurn,
} from "./types/stream.ts";
export type { NewTask, Task, TaskError, TaskHeartbeat, TaskKind, Tasks, TaskState } from "./types/task.ts";
export type { Sessions } from "./types/session.ts";
export type { WorkerBeat, WorkerRow, Workers } from "./types/worker.ts";

export {
  QUEUE_NAMES,
  type JobQueue,
  type MessageHandler,
  type QueueMessage,
  type QueueName,
  type QueueWorker,
} from "./queue/port.ts";
export { openPostgresQueue, type PostgresQueueOptions } from "./queue/postgres-queue.ts";
export { openRedisQueue, type RedisQueueOptions } from "./queue/redis-queue.ts";
