import { readFileSync } from "node:fs";
import { platformVersion } from "../../assembly/version.ts";

const features = `import { batchFeatureView, batchSource, count, entity, mean, parquetFiles, sql, sum } from "@tesela/sdk";

/** Somebody who orders. */
export const customer = entity({ name: "customer", joinKeys: { customer_id: "int64" } });

/** Orders; a row an order. */
export const orders = batchSource({
  name: "orders",
  batch: parquetFiles("data/orders.parquet", { timestampField: "ordered_at" }),
});

/** What a customer has ordered lately. */
export const customerOrders = batchFeatureView({
  name: "customer_orders",
  entities: [customer],
  sources: { orders },
  transform: ({ orders }) => sql\`
    select customer_id, ordered_at, amount
    from \${orders}
  \`,
  timestampField: "ordered_at",
  features: [count("amount", "7d"), sum("amount", "7d"), mean("amount", "30d")],
  batchSchedule: "1d",
  featureStartTime: "2024-01-31",
  online: true,
  offline: true,
});
`;

/** Dependencies and module type that a feature repository needs. */
export function packageSnippet(): string {
  const version = platformVersion();
  const dependencies = { "@tesela/platform": version, "@tesela/sdk": version };
  return JSON.stringify({ type: "module", dependencies }, null, 2);
}

/** The files of a new feature repository by path. */
export function initialFiles(): Readonly<Record<string, string | Uint8Array>> {
  return {
    "features.ts": features,
    // 300 orders of ten customers in January 2024.
    "data/orders.parquet": readFileSync(new URL("../../../assets/orders.parquet", import.meta.url)),
    "package.json": `${packageSnippet()}\n`,
    ".gitignore": "node_modules\n.tesela\n",
  };
}
