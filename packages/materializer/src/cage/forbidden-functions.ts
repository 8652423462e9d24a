// DuckDB calls these consistent, yet they speak of the engine, the session or the clock, reach into the
// parser or the type system, or are the engine's own plumbing.
const names = wordsOf(`
  version current_setting getvariable current_localtime current_localtimestamp
  parse_duckdb_log_message write_log vector_type stats alias
  json_serialize_sql json_serialize_plan json_deserialize_sql
  can_cast_implicitly cast_to_type get_type make_type replace_type remap_struct
  combine finalize unpivot_list create_sort_key icu_sort_key timetz_byte_comparable
  enum_code enum_first enum_last enum_range enum_range_boundary
  current_user current_role session_user user current_catalog`);
const prefixes = [
  "__internal_",
  "icu_collate_",
  "st_",
  "variant_",
  "pg_",
  "has_",
  "inet_",
  "txid_",
  "duckdb_",
];

/** Whether a function (name in lower case) is refused whatever DuckDB says of its stability. */
export function isForbiddenFunction(name: string): boolean {
  return names.has(name) || prefixes.some((prefix) => name.startsWith(prefix));
}

/** Functions that take the name of an aggregate as a text. */
export const aggregateCallers = wordsOf("aggregate list_aggregate list_aggr array_aggregate array_aggr");

/** Aggregates that draw at random, though DuckDB calls them consistent. */
export const randomAggregates = wordsOf("reservoir_quantile");

/** Names that DuckDB takes for a call where no such column exists, though they are written as a column. */
export const valueKeywords = wordsOf(`
  current_catalog current_date current_role current_schema current_time current_timestamp
  current_user localtime localtimestamp session_user user`);

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
