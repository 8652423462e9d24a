import { sql, type Sql } from "../sql/sql.ts";
import { estimate, estimateSql } from "./cardinality.ts";
import { bind, each, keep } from "./list-sql.ts";
import { mergeCodes } from "./sorted-codes.ts";

/**
 * A sketch of distinct values is an ascending list of codes. While there are few values it holds one fine code of
 * each, `2^48 + ` the low bits of its hash, so that no two are taken for one; of more it holds HyperLogLog's registers
 * that are not zero, as `register · 64 + rank`. Which of the two it is depends on the values alone.
 */
const FINE_BITS = 48n;
const FINE = 1n << FINE_BITS;

/** How many values are kept one by one: beyond, a register each would not be much shorter. */
function mostFine(precision: number): number {
  return 2 ** precision / 4;
}

/** The code of a value by its hash. */
export function fineCode(hash: bigint): bigint {
  return FINE + (hash & (FINE - 1n));
}

/** SQL of the same. */
export function fineCodeSql(hash: Sql): Sql {
  return sql`${FINE} + (${hash} & ${FINE - 1n}::ubigint)::bigint`;
}

/** The sketch of the values of two. */
export function mergeSketches(
  a: readonly bigint[],
  b: readonly bigint[],
  precision: number,
): readonly bigint[] {
  if (isFine(a) && isFine(b)) {
    const fine = mergeCodes(a, b, 1n, (x) => x);
    return fine.length <= mostFine(precision) ? fine : registersOf(fine, precision);
  }
  return greatestRanks(registersOf(a, precision), registersOf(b, precision));
}

/** SQL: the sketch of the values of codes of either kind, a list in any order. */
export function sketchSql(codes: Sql, precision: number): Sql {
  const most = BigInt(mostFine(precision));
  return bind(
    sql`list_distinct(${codes})`,
    "codes",
    (distinct) => sql`case
      when list_min(${distinct}) >= ${FINE} and len(${distinct}) <= ${most} then list_sort(${distinct})
      else ${registersSql(distinct, precision)}
    end`,
  );
}

/** How many values a sketch stands for. */
export function countSketch(sketch: readonly bigint[], precision: number): bigint {
  return isFine(sketch) ? BigInt(sketch.length) : estimate(sketch, precision);
}

/** SQL of the same; 0 of null. */
export function countSketchSql(sketch: Sql, precision: number): Sql {
  return sql`case
  when ${sketch}[1] >= ${FINE} then len(${sketch})
  else ${estimateSql(sketch, precision)}
end`;
}

function isFine([least]: readonly bigint[]): boolean {
  return least === undefined || least >= FINE;
}

function registersOf(sketch: readonly bigint[], precision: number): readonly bigint[] {
  if (!isFine(sketch)) return sketch;
  const codes = sketch.map((code) => registerCode(code, precision)).toSorted((x, y) => (x < y ? -1 : 1));
  return codes.filter((code, index) => index + 1 === codes.length || code >> 6n !== codes[index + 1]! >> 6n);
}

/** The register of a value is the low bits of its hash, its rank one more than the number of zeros that the others end with. */
function registerCode(code: bigint, precision: number): bigint {
  const width = BigInt(precision);
  const register = code & ((1n << width) - 1n);
  return register * 64n + rankOf((code - FINE) >> width, FINE_BITS + 1n - width);
}

function rankOf(bits: bigint, greatest: bigint): bigint {
  let rank = 1n;
  while (rank < greatest && ((bits >> (rank - 1n)) & 1n) === 0n) rank++;
  return rank;
}

function greatestRanks(a: readonly bigint[], b: readonly bigint[]): readonly bigint[] {
  return mergeCodes(a, b, 64n, (x, y) => (x > y ? x : y));
}

/** Of the codes of one register, which stand together when sorted, the last. */
function registersSql(codes: Sql, precision: number): Sql {
  const registers = each(
    codes,
    "code",
    (code) => sql`case when ${code} < ${FINE} then ${code} else ${registerCodeSql(code, precision)} end`,
  );
  return bind(
    sql`list_sort(${registers})`,
    "sorted",
    (sorted) =>
      sql`list_transform(${keep(
        sql`list_zip(${sorted}, ${sorted}[2:])`,
        "z",
        (z) => sql`${z}[2] is null or ${z}[1] // 64 <> ${z}[2] // 64`,
      )}, lambda z: z[1])`,
  );
}

/** `x xor (x − 1)` has one bit for each zero that x ends with and one more; of zero it has all 64. */
function registerCodeSql(code: Sql, precision: number): Sql {
  const width = BigInt(precision);
  const bits = sql`((${code} - ${FINE}) >> ${width})`;
  const rank = sql`least(bit_count(xor(${bits}, ${bits} - 1)), ${FINE_BITS + 1n - width})`;
  return sql`(${code} & ${(1n << width) - 1n}) * 64 + ${rank}`;
}
