import { aliased, castSql, id, join, spineKey, sql, text, type AskedView, type Sql } from "@tesela/core";
import { inspectParquet } from "../cage/footer.ts";
import type { TypedColumn } from "../engine/protocol.ts";
import { openSpineTable } from "../spine/open-spine.ts";
import type { WorkerContext } from "../worker/worker-context.ts";
import type { ReadOptions } from "./run-retrieval.ts";
import { checkKeys, keyHints } from "./spine-file.ts";

/** The join keys that a range read is limited to. */
export interface Entities {
  /** SELECT of the view's join keys, none of them null. */
  readonly relation: Sql;
  /** The exact local file that it reads. */
  readonly path: string;
}

/** Opens the table of keys of a range read. Throws `VALIDATION` where it lacks one or has it in another type. */
export async function openEntities(
  context: WorkerContext,
  asked: AskedView,
  path: string,
  options: ReadOptions,
): Promise<Entities & AsyncDisposable> {
  const hints = { keys: keyHints([asked]), timestampKey: null };
  await using stack = new AsyncDisposableStack();
  const { localPath } = stack.use(await openSpineTable(context, path, hints, options));
  const [file] = await inspectParquet(context.engine, [localPath], context.spineLimits, options);
  checkKeys(asked, file!.columns, "entities");
  const opened = stack.move();
  return {
    relation: entitiesSql(asked, file!.columns, localPath),
    path: localPath,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function entitiesSql(asked: AskedView, columns: readonly TypedColumn[], path: string): Sql {
  const keys = asked.view.joinKeys.map((key) => {
    const { name, type } = columns.find((column) => column.name === spineKey(asked, key))!;
    return { name: key.name, value: castSql(id(name), type, key.type) };
  });
  const selected = keys.map(({ name, value }) => aliased(value, name));
  const notNull = keys.map(({ value }) => sql`${value} is not null`);
  return sql`select ${join(selected, ", ")}
from read_parquet(${text(path)}, hive_partitioning = false)
where ${join(notNull, " and ")}`;
}
