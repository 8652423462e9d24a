import { compareValues, encodeKey, TeselaError, type JoinKey, type KeyValue } from "@tesela/core";
import { MAX_QUERY_ROWS } from "@tesela/contract";
import { wildcardPlace } from "../reader/serving-index.ts";
import { isOutdated, readWildcard, type IndexStore, type WildcardValues } from "../reader/wildcard-reader.ts";
import type { Admitted } from "./admission.ts";
import { readRows, type KeyRow, type RowsRead, type ServiceRow, type ViewOutcome } from "./read-rows.ts";
import type { ServedService } from "./served-service.ts";
import type { ServedServiceView } from "./service-view.ts";

/** The join key that a query of a service leaves out: its place among the service's, and where its values are listed. */
export interface Wildcard {
  readonly place: number;
  readonly key: JoinKey;
  /** Each has a place among the service's reads. */
  readonly views: readonly ServedServiceView[];
}

/** How a query reads: rows are admitted once they are known. */
export interface QueryRead extends RowsRead {
  readonly store: IndexStore;
  readonly admitted: Admitted;
}

/** Rows of a query, by the wildcard's value: the keys of each, in the service's order, and what was found of it. */
export interface QueryRows {
  readonly keys: readonly KeyRow[];
  readonly rows: readonly ServiceRow[];
}

/** The places of the wildcards of a service's views among its join keys, each once. */
export function wildcardsOf({ reads }: ServedService): readonly number[] {
  const places = reads.flatMap(({ served, keys }) => {
    const place = wildcardPlace(served.view);
    return place === null ? [] : [keys[place]!];
  });
  return [...new Set(places)];
}

/** The one wildcard of a service; throws `VALIDATION` where it has none, or several. */
export function wildcardOf(service: ServedService): Wildcard {
  const { name, joinKeys, reads } = service;
  const places = wildcardsOf(service);
  const [place] = places;
  if (place !== undefined && places.length === 1) {
    const views = reads.filter(({ served }) => served.view.wildcardKey !== null);
    return { place, key: joinKeys[place]!, views };
  }
  const names = places.map((at) => joinKeys[at]!.name).join(", ");
  const what =
    place === undefined
      ? "no feature view with an onlineServingIndex"
      : `several wildcard join keys: ${names}`;
  throw new TeselaError("VALIDATION", `"${name}" cannot be queried: it has ${what}.`, {
    fix: "Read it by all of its join keys, or give its views one wildcard by their onlineServingIndex.",
  });
}

/**
 * Reads the row of every value of a wildcard that has data under the given keys, which are the service's others in
 * order. A value of which no view with the wildcard has data is no row.
 */
export async function queryRows(
  service: ServedService,
  wildcard: Wildcard,
  given: KeyRow,
  read: QueryRead,
): Promise<QueryRows> {
  const listed = await listWildcard(wildcard, given, read);
  const values = together(listed);
  read.admitted.takeRows(values.length);
  const keys = values.map((value) => given.toSpliced(wildcard.place, 0, value));
  const rows = await readRows(service, keys, read);
  const ends = rows.map(({ outcomes }) =>
    wildcard.views.map((view) => outcomes[service.reads.indexOf(view)]!),
  );
  // A job has ended meanwhile: what it has brought may not be listed.
  if (ends.some((own) => isMoved(wildcard, listed, own))) return queryRows(service, wildcard, given, read);
  const kept = [...rows.keys()].filter((row) =>
    ends[row]!.some((end) => end.kind !== "answered" || !end.isMissing),
  );
  return { keys: kept.map((row) => keys[row]!), rows: kept.map((row) => rows[row]!) };
}

/** Of each view what it lists; `null` where a key is, which matches nothing (TIME T9). */
type Listed = readonly (WildcardValues | null)[];

function isMoved({ views }: Wildcard, listed: Listed, ends: readonly ViewOutcome[]): boolean {
  return ends.some((end, view) => {
    const values = listed[view]!;
    return (
      values !== null && end.kind === "answered" && isOutdated(views[view]!.served, values, end.answer.edge)
    );
  });
}

async function listWildcard(wildcard: Wildcard, given: KeyRow, read: QueryRead): Promise<Listed> {
  const startedAt = performance.now();
  try {
    const timeoutMs = Math.ceil(read.request.deadline - startedAt);
    if (timeoutMs <= 0) throw late();
    return await Promise.all(
      wildcard.views.map((view) => listView(view, keysBeside(wildcard, view, given), read, timeoutMs)),
    );
  } finally {
    read.request.storeMs += performance.now() - startedAt;
  }
}

async function listView(
  { served }: ServedServiceView,
  keys: KeyRow,
  { store, now }: QueryRead,
  timeoutMs: number,
): Promise<WildcardValues | null> {
  const known = keys.filter((key) => key !== null);
  if (known.length < keys.length) return null;
  return readWildcard(store, served, known, now, { limit: MAX_QUERY_ROWS, timeoutMs });
}

/** A view's join keys but the wildcard, in the view's order. */
function keysBeside({ place }: Wildcard, { keys }: ServedServiceView, given: KeyRow): KeyRow {
  return keys.filter((key) => key !== place).map((key) => given[key < place ? key : key - 1]!);
}

/** Every value once, ascending. */
function together(listed: Listed): readonly KeyValue[] {
  const all = listed.flatMap((one) => one?.values ?? []);
  const distinct = new Map(all.map((value) => [Buffer.from(encodeKey([value])).toString("latin1"), value]));
  if (distinct.size > MAX_QUERY_ROWS) {
    throw new TeselaError(
      "TOO_LARGE",
      `The query finds ${distinct.size} rows, which is more than ${MAX_QUERY_ROWS}.`,
      {
        fix: "Read the rows that you need by all join keys, in batches.",
      },
    );
  }
  return [...distinct.values()].toSorted(compareValues);
}

function late(): TeselaError {
  return new TeselaError("TIMEOUT", "The time that the request allows was over before the store was asked.", {
    fix: "Allow more with latencyBudgetMs.",
  });
}
