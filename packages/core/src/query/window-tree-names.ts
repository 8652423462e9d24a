import { id } from "../sql/quote.ts";
import type { Sql } from "../sql/sql.ts";

/** The relations of a view's tree, each made of those before it. */
export interface TreeNames {
  /** The keys that are asked about, numbered. */
  readonly keys: Sql;
  /** The tiles of those keys, numbered from 0 in order of time. */
  readonly tiles: Sql;
  readonly probes: Sql;
  /** The edges of each probe's windows, as numbers of tiles. */
  readonly spans: Sql;
  /** The ranges `[first, last)` of tiles that windows cover. */
  readonly ranges: Sql;
  /** The nodes that make each range. */
  readonly pieces: Sql;
  /** Tiles, and tiles merged in powers of two. */
  readonly nodes: Sql;
  /** The ranges with their merged partials. */
  readonly merged: Sql;
}

/** The relation names of the view at an index of a read. */
export function treeNames(index: number): TreeNames {
  const name = (what: string): Sql => id(`__tree_${what}_${index}`);
  return {
    keys: name("keys"),
    tiles: name("tiles"),
    probes: name("probes"),
    spans: name("spans"),
    ranges: name("ranges"),
    pieces: name("pieces"),
    nodes: name("nodes"),
    merged: name("merged"),
  };
}
