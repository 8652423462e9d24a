import {
  batchFeatureView,
  batchSource,
  count,
  declarationsOf,
  entity,
  max,
  mean,
  parquetFiles,
  sql,
  sum,
  type Client,
  type FeatureView,
} from "@tesela/sdk";
import { START } from "./events.ts";

const user = entity({ name: "user", joinKeys: { user_id: "int64" } });

/** Applies, in a workspace of its own, a view of hourly tiles over a file of events, with daily jobs that only the benchmark makes. */
export async function applyView(client: Client, name: string, path: string): Promise<FeatureView> {
  const workspace = client.getWorkspace(name.replaceAll("_", "-"));
  const events = batchSource({ name: `${name}_events`, batch: parquetFiles(path, { timestampField: "ts" }) });
  const view = batchFeatureView({
    name,
    entities: [user],
    sources: { events },
    transform: ({ events }) => sql`select user_id, ts, amount, product from ${events}`,
    timestampField: "ts",
    aggregationInterval: "1h",
    features: [sum("product", "1d"), count("product", "7d"), mean("product", "1d"), max("amount", "7d")],
    batchSchedule: "1d",
    batchTrigger: "manual",
    featureStartTime: START,
    online: false,
    offline: true,
  });
  await workspace.apply(declarationsOf({ user, events, view }));
  return workspace.getFeatureView(name);
}
