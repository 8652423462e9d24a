export type {
  ChunkAddress,
  ChunkWrite,
  EntityKey,
  GenerationState,
  IndexMember,
  IndexRead,
  IndexRemoval,
  Marker,
  OnlineStore,
  OnlineStoreInfo,
  ReadOptions,
  StoredKind,
  ViewRead,
  ViewReadResult,
} from "./store/port.ts";
export { openPostgresStore, type PostgresStoreOptions } from "./store/postgres/postgres-store.ts";
export { openRedisStore, type RedisStoreOptions } from "./store/redis/redis-store.ts";

export type { KeyRows, PushOptions, PushTarget, StoredRow } from "./push/key-rows.ts";
export { pushCommit, readMarker, readState, type Push } from "./push/push-commit.ts";
export type { PushScope } from "./push/merge-attributes.ts";
export { beginTablePush, pushTable, type TablePush } from "./push/push-table.ts";
export {
  beginStreamPush,
  pushStream,
  type KeySlots,
  type StreamPush,
  type StreamPushKind,
} from "./push/push-stream.ts";
export type { TableScope } from "./push/merge-table.ts";

export { OnlineReader, type ReadEnd } from "./reader/online-reader.ts";
export { holds, type OnlineAnswer } from "./reader/view-answer.ts";
export type { KeyRead } from "./reader/view-read.ts";
export { explainOnline, type OnlineExplanation } from "./reader/explain-online.ts";
export { entityKey, scopeOf, type ServedView } from "./reader/served-view.ts";

export {
  createFeatureServer,
  type FeatureServer,
  type FeatureServerOptions,
} from "./server/feature-server.ts";
export type { ServedBatch } from "./served-log/served-log.ts";
export type { DescribedRealtimeView } from "./server/served-realtime.ts";
export { serveService, type ServedService } from "./server/served-service.ts";
export type { DescribedView } from "./server/service-view.ts";
export { NO_METRICS, type ServingMetrics, type ViewReadEnd } from "./server/serving-metrics.ts";
export type { ServedWorkspace, ServingKey, ServingPlan } from "./server/serving-plan.ts";

export type { Cell } from "./value/cell-codec.ts";

export { RealtimeEngine, type StopBudget } from "./realtime/realtime-engine.ts";
export { REALTIME_LIMITS, type RealtimeLimits } from "./realtime/limits.ts";
export { realtimeProblems } from "./realtime/realtime-problems.ts";
export type { RealtimeAnswer, RealtimeRow } from "./realtime/row-codec.ts";

export { hideKeys, noteHidden } from "./deletion/hide-keys.ts";
export { removeKeys } from "./deletion/remove-keys.ts";
