import { sql, trusted, type Sql } from "../sql/sql.ts";

/** The exponent bits of ±Infinity and NaN. */
const NOT_FINITE = 2047;

/** The least double of full precision; magnitudes below it are 0 here. */
const LEAST_NORMAL = 2 ** -1022;

/**
 * The bucket of a double: buckets ascend as values do, each power of two is cut into 2^bits of equal width.
 * It is the sign and the first bits of the number itself, no logarithm, so that all engines agree. Zero is
 * bucket 0, negative values have negative buckets, ±Infinity the outermost ones and NaN one above those.
 */
export function bucketOf(value: number, bits: number): number {
  if (Number.isNaN(value)) return nanBucket(bits);
  const magnitude = Math.abs(value);
  if (magnitude < LEAST_NORMAL) return 0;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, magnitude);
  return Math.sign(value) * (view.getUint32(0) >>> (20 - bits));
}

/** SQL of the same, over a double. */
export function bucketSql(value: Sql, bits: number): Sql {
  const bucket = sql`((abs(${value})::bit)::bigint >> ${BigInt(52 - bits)})`;
  return sql`case
  when isnan(${value}) then ${BigInt(nanBucket(bits))}
  when abs(${value}) < ${trusted(`${LEAST_NORMAL}::double`)} then 0
  when ${value} < 0 then -${bucket}
  else ${bucket}
end`;
}

/** The middle of a bucket: at most 2^−(bits + 1) of its size away from any value of the bucket. */
export function middleOf(bucket: number, bits: number): number {
  if (bucket === 0) return 0;
  if (bucket === nanBucket(bits)) return Number.NaN;
  const magnitude = Math.abs(bucket);
  if (magnitude === infinityBucket(bits)) return Math.sign(bucket) * Number.POSITIVE_INFINITY;
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, (magnitude << (20 - bits)) | (1 << (19 - bits)));
  return Math.sign(bucket) * view.getFloat64(0);
}

/** SQL of the same, over a bigint. */
export function middleSql(bucket: Sql, bits: number): Sql {
  const scale = 1n << BigInt(52 - bits);
  const magnitude = sql`((abs(${bucket}) * ${scale} + ${scale / 2n})::bigint::bit)::double`;
  return sql`case
  when ${bucket} = 0 then 0::double
  when ${bucket} = ${BigInt(nanBucket(bits))} then 'nan'::double
  when abs(${bucket}) = ${BigInt(infinityBucket(bits))} then sign(${bucket}) * 'infinity'::double
  else sign(${bucket}) * ${magnitude}
end`;
}

function infinityBucket(bits: number): number {
  return NOT_FINITE * 2 ** bits;
}

function nanBucket(bits: number): number {
  return infinityBucket(bits) + 1;
}
