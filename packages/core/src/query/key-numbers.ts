import type { CompiledView } from "../definition/compile.ts";
import { id } from "../sql/quote.ts";
import { join, sql, type Sql } from "../sql/sql.ts";
import { KEY_NUMBER } from "./columns.ts";
import { spineKey, type ReadView } from "./read-view.ts";
import { keyColumn } from "./spine.ts";

/** Join keys of the spine that a number stands for within one read, shared by the views that use them. */
export interface KeyNumbers {
  /** The relation of distinct keys and their numbers. */
  readonly relation: Sql;
  /** The column of the numbered spine. */
  readonly column: string;
  /** The columns of the spine relation that hold the keys. */
  readonly keys: readonly string[];
}

/**
 * Which keys become numbers: text and composite keys, which joins compare faster so (0.66× the time), and
 * those of a read that looks for few of the stored keys, so that only these are read.
 */
export function keyNumbersOf(views: readonly ReadView[]): ReadonlyMap<ReadView, KeyNumbers> {
  const groups = new Map<string, KeyNumbers>();
  const found = new Map<ReadView, KeyNumbers>();
  for (const view of views.filter(isNumbered)) {
    const keys = view.view.joinKeys.map((key) => keyColumn(spineKey(view, key)));
    const name = JSON.stringify(keys);
    const index = groups.size;
    const group = groups.get(name) ?? {
      relation: id(`__keys_${index}`),
      column: `${KEY_NUMBER}_${index}`,
      keys,
    };
    groups.set(name, group);
    found.set(view, group);
  }
  return found;
}

function isNumbered({ view: { joinKeys }, isSelective }: ReadView): boolean {
  return isSelective || joinKeys.length > 1 || joinKeys[0]!.type !== "int64";
}

/** SELECT of the distinct keys of the spine that are not null (TIME T9), each with a number. */
export function keyNumbersSql({ keys }: KeyNumbers): Sql {
  const columns = join(
    keys.map((key) => id(key)),
    ", ",
  );
  const notNull = join(
    keys.map((key) => sql`${id(key)} is not null`),
    " and ",
  );
  return sql`select ${columns}, row_number() over () as ${id(KEY_NUMBER)}
from (select distinct ${columns} from ${id("__spine")} where ${notNull})`;
}

/** The view with the number in place of its join keys: what the joins of a read compare. */
export function numberedView(view: CompiledView): CompiledView {
  const columns = view.columns.filter(({ name }) => !view.joinKeys.some((key) => key.name === name));
  return { ...view, columns, joinKeys: [{ name: KEY_NUMBER, type: "int64" }] };
}

/** Stored rows of the keys that are asked for, their number in place of the join keys. */
export function numberedStoredSql(view: CompiledView, { relation, keys }: KeyNumbers, stored: Sql): Sql {
  const names = view.joinKeys.map(({ name }) => id(name));
  const same = view.joinKeys.map(({ name }, index) => sql`${id("r", name)} = ${id("n", keys[index]!)}`);
  return sql`select ${id("n", KEY_NUMBER)}, r.* exclude (${join(names, ", ")})
from (${stored}) as r
join ${relation} as n on ${join(same, " and ")}`;
}
