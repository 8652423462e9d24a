export { openRegistry } from "./open-registry.ts";
export {
  createDispatcher,
  type Dispatcher,
  type DispatcherOptions,
  type SweepReport,
} from "./dispatcher/dispatcher.ts";
export type { Log } from "./log.ts";
export type { Registry, RegistryOptions } from "./types.ts";
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
export { isStoredView } from "./definitions/stored-definition.ts";
export type {
  AttemptRef,
  Failure,
  IngestCommand,
  Job,
  JobAttempt,
  JobFilter,
  JobPage,
  Jobs,
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
export type { NewPlan, Plan, Plans } from "./types/plan.ts";
export type { Recovery, TaskRef } from "./types/recovery.ts";
export type { NewTask, Task, TaskError, TaskHeartbeat, TaskKind, Tasks, TaskState } from "./types/task.ts";
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
