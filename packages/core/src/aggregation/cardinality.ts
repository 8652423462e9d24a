import { sql, trusted, type Sql } from "../sql/sql.ts";
import { bind, each } from "./list-sql.ts";

/** 1 / (2 ln 2), the bias of the harmonic mean of infinitely many registers. */
const ALPHA = 0.721_347_520_444_481_7;

/** What so many registers, and not infinitely many, overstate (Flajolet and others, "HyperLogLog", 2007). */
function scaleOf(registers: number): number {
  return (ALPHA / (1 + 1.079 / registers)) * registers * registers;
}

/** Squarings after which the share of empty registers, at most 1 − 2^−16, has vanished. */
const SQUARINGS = 24;

/** No rank is above this, so that 2^−rank are whole multiples of 2^−RANKS and add up exactly. */
const RANKS = 61n;

/**
 * The number of distinct values behind HyperLogLog registers, by Ertl's improved estimator ("New cardinality
 * estimation algorithms for HyperLogLog sketches", 2017): one formula for small and large numbers, no table.
 * It is made of sums, products and quotients only, which are the same to the last bit in every engine.
 */
export function estimate(codes: readonly bigint[], precision: number): bigint {
  if (codes.length === 0) return 0n;
  const registers = 2 ** precision;
  const harmonic = codes.reduce((sum, code) => sum + (1n << (RANKS - (code & 63n))), 0n);
  const empty = registers * emptyShare((registers - codes.length) / registers);
  const inverse = empty + Number(harmonic) / 2 ** Number(RANKS);
  return BigInt(Math.floor(scaleOf(registers) / inverse + 0.5));
}

/** σ(x) = x + Σ x^(2^k) · 2^(k−1), what x of the registers being empty adds. */
function emptyShare(share: number): number {
  let [power, sum, weight] = [share, share, 1];
  for (let step = 0; step < SQUARINGS; step++) {
    power *= power;
    sum += power * weight;
    weight *= 2;
  }
  return sum;
}

/** SQL of the same; 0 of null. */
export function estimateSql(codes: Sql, precision: number): Sql {
  const registers = 1n << BigInt(precision);
  const inverse = bind(codes, "codes", (bound) => {
    const powers = each(bound, "code", (code) => sql`1::bigint << (${RANKS} - ${code} % 64)`);
    const harmonic = sql`list_sum(${powers})::double / ${1n << RANKS}::double`;
    const share = sql`((${registers} - len(${bound}))::double / ${registers}::double)`;
    return sql`${registers}::double * ${emptyShareSql(share)} + ${harmonic}`;
  });
  return sql`case
  when coalesce(len(${codes}), 0) = 0 then 0::bigint
  else floor(${double(scaleOf(Number(registers)))} / (${inverse}) + 0.5)::bigint
end`;
}

function emptyShareSql(share: Sql): Sql {
  const steps = each(
    sql`range(${BigInt(SQUARINGS)})`,
    "step",
    (step) => sql`{'power': 0::double, 'sum': 0::double, 'weight': (1::bigint << ${step})::double}`,
  );
  const start = sql`{'power': ${share}, 'sum': ${share}, 'weight': 0::double}`;
  const next = sql`{'power': seen.power * seen.power, 'sum': seen.sum + seen.power * seen.power * step.weight, 'weight': 0::double}`;
  return sql`list_reduce(${steps}, lambda seen, step: ${next}, ${start}).sum`;
}

function double(value: number): Sql {
  return trusted(`'${value}'::double`);
}
