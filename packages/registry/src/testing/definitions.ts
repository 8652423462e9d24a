import type {
  BatchFeatureViewDefinition,
  FeatureServiceDefinition,
  FeatureTableDefinition,
} from "@tesela/core";
import type { Put } from "../types/definition.ts";

const FINGERPRINT = "f1";

/** Creates the entity `user` with one key. */
export const createUser: Put = {
  action: "create",
  kind: "entity",
  name: "user",
  definition: { kind: "entity", name: "user", joinKeys: [{ name: "user_id", type: "int64" }] },
  fingerprint: FINGERPRINT,
  resolved: null,
};

/** Creates the source `events`. */
export const createEvents: Put = {
  action: "create",
  kind: "batchSource",
  name: "events",
  definition: {
    kind: "batchSource",
    name: "events",
    batch: { format: "parquet", path: "events.parquet", timestampField: "at", dataDelay: "0s" },
  },
  fingerprint: FINGERPRINT,
  resolved: null,
};

/** Puts a view of `events` by `user`. */
export function putView(name: string, action: Put["action"] = "create", fingerprint = FINGERPRINT): Put {
  const resolved = { columns: [], normalizedSql: "select 1", parsedForm: "{}" };
  return { action, kind: "batchFeatureView", name, definition: viewNamed(name), fingerprint, resolved };
}

/** Creates a feature table by `user`. */
export function createTable(name: string): Put {
  const definition: FeatureTableDefinition = {
    kind: "featureTable",
    name,
    entities: ["user"],
    timestampField: "at",
    features: [{ kind: "attribute", name: "amount", type: "float64" }],
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };
  const resolved = { columns: [], normalizedSql: "", parsedForm: "" };
  return { action: "create", kind: "featureTable", name, definition, fingerprint: FINGERPRINT, resolved };
}

/** Creates a service of one view. */
export function createService(name: string, view: string): Put {
  const definition: FeatureServiceDefinition = { kind: "featureService", name, views: [{ view }] };
  return {
    action: "create",
    kind: "featureService",
    name,
    definition,
    fingerprint: FINGERPRINT,
    resolved: null,
  };
}

function viewNamed(name: string): BatchFeatureViewDefinition {
  return {
    kind: "batchFeatureView",
    name,
    entities: ["user"],
    sources: [{ parameter: "events", source: "events" }],
    transform: { sql: "select user_id, at, amount from events" },
    timestampField: "at",
    features: [{ kind: "attribute", name: "amount", type: "float64" }],
    batchSchedule: "1d",
    featureStartTime: "2024-01-01T00:00:00Z",
    online: true,
    offline: true,
  };
}
