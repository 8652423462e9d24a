export type {
  ChunkAddress,
  ChunkWrite,
  EntityKey,
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

export {
  pushCommit,
  readMarker,
  type KeyRows,
  type Push,
  type PushTarget,
  type StoredRow,
} from "./push/push-commit.ts";
export type { PushScope } from "./push/merge-attributes.ts";
export { beginTablePush, pushTable, type TablePush } from "./push/push-table.ts";
export type { TableScope } from "./push/merge-table.ts";

export { OnlineReader, type OnlineAnswer } from "./reader/online-reader.ts";
export { entityKey, scopeOf, type ServedView } from "./reader/served-view.ts";

export {
  createFeatureServer,
  type FeatureServer,
  type FeatureServerOptions,
} from "./server/feature-server.ts";
export type { ServedWorkspace, ServingKey, ServingPlan } from "./server/serving-plan.ts";

export type { Cell } from "./value/cell-codec.ts";
