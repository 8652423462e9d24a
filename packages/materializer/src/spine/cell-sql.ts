import { sql, trusted, type KeyType, type Sql } from "@tesela/core";

/** SQL that reads a text as a type: what it becomes, and whether it can be read at all (null is fine). */
export interface CellSql {
  readonly value: Sql;
  readonly isBad: Sql;
  readonly expected: string;
}

/** ISO 8601 as `parseInstant` of core reads it: the same texts, and no other. */
const ISO =
  "^([+-]?[0-9]{4,6})-([0-9]{2})-([0-9]{2})" +
  "(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?\\s*(Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?$";
const PARTS = "['y', 'mo', 'd', 'h', 'mi', 's', 'f', 'z']";

/** Reads a text as a join key: int64 exact, bytes from base64, a text as it is (TIME T9). */
export function keySql(text: Sql, type: KeyType): CellSql | null {
  if (type === "string") return null;
  const value = type === "int64" ? sql`try_cast(${text} as bigint)` : sql`try(from_base64(${text}))`;
  const isRead =
    type === "int64"
      ? sql`regexp_full_match(${text}, '-?[0-9]+') and ${value} is not null`
      : sql`${value} is not null`;
  const expected = type === "int64" ? "an int64" : "bytes in base64";
  return { value, isBad: sql`${text} is not null and not (${isRead})`, expected };
}

/** Reads a text as an instant: without a zone UTC, offsets applied, digits finer than a microsecond cut (TIME T1). */
export function instantSql(text: Sql): CellSql {
  const value = sql`list_extract(list_transform([regexp_extract(trim(${text}), ${literal(ISO)}, ${trusted(PARTS)}, 'i')],
    lambda p: ${partsToTimestamp}), 1)`;
  return {
    value,
    isBad: sql`${text} is not null and ${value} is null`,
    expected: "an instant in ISO 8601, such as 2024-01-31T12:00:00Z",
  };
}

/** Fails inside `try` where a part is out of its range; no match has empty parts. */
const partsToTimestamp: Sql = trusted(`try(case
      when p.y = '' then null
      when p.mi > '59' or p.s > '59' or p.h > '24' then null
      when p.h = '24' and (p.mi > '00' or p.s > '00') then null
      when length(p.z) > 3 and right(p.z, 2) > '59' and lower(p.z) <> 'utc' then null
      when p.z[2:3] > '18' and length(p.z) >= 3 and lower(p.z) <> 'utc' then null
      else make_timestamp(
        epoch_us(cast(ltrim(p.y, '+') || '-' || p.mo || '-' || p.d as date))
        + (coalesce(try_cast(p.h as bigint), 0) * 3600
          + coalesce(try_cast(p.mi as bigint), 0) * 60
          + coalesce(try_cast(p.s as bigint), 0)) * 1000000
        + cast(rpad(p.f[1:6], 6, '0') as bigint)
        - case
            when length(p.z) < 3 or lower(p.z) = 'utc' then 0
            else case when p.z[1] = '-' then -60000000 else 60000000 end
              * (cast(p.z[2:3] as bigint) * 60
                + case when length(p.z) > 3 then cast(right(p.z, 2) as bigint) else 0 end)
          end)
    end)`);

function literal(text: string): Sql {
  return trusted(`'${text.replaceAll("'", "''")}'`);
}
