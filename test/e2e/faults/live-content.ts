import { quoteLiteral } from "@tesela/core";
import { query } from "./duckdb.ts";
import type { Platform } from "./platform.ts";
import type { AppliedView } from "./reads.ts";

/** The live rows of a view offline whatever their order and files: how many, and the sum of their hashes. */
export async function liveContent(
  { registry, offlineStore }: Platform,
  { generation, definition }: AppliedView,
): Promise<string> {
  await using stack = new AsyncDisposableStack();
  const { files } = await registry.ledger.snapshot(generation, { store: "offline" });
  const time = definition.features[0]!.kind === "aggregate" ? "__tile_start" : "__time";
  const selects: string[] = [];
  for (const { path, live } of files) {
    const { localPath } = stack.use(await offlineStore.open(path));
    const at = `epoch_us(${time})`;
    const parts = live.map(({ start, end }) => `(${at} >= ${start} and ${at} < ${end})`).join(" or ");
    selects.push(`select * from read_parquet(${quoteLiteral(localPath)}) where ${parts}`);
  }
  const [row] = await query(
    `select count(*), sum(hash(stored)::hugeint) from (${selects.join(" union all ")}) stored`,
  );
  return row!.join(" rows ");
}
