import { WINDOW_HOURS } from "./window-views.ts";

const HOUR = 3_600_000_000n;

/** What every hand-written read has: the spine with its hour, each (user, hour) once, and the tiles. */
function read(spine: string, tiles: string, windows: string, features: readonly string[]): string {
  return `
with
  spine as (
    select *, file_row_number as n, epoch_us(ts) // ${HOUR} * ${HOUR} as bound
    from read_parquet('${spine}', file_row_number = true)
  ),
  probes as (select distinct user_id, bound from spine),
  tiles as (select * exclude (__tile_start), epoch_us(__tile_start) as instant from read_parquet('${tiles}')),
  ${windows}
select s.user_id, s.ts, s.label, ${features.join(", ")}
from spine as s
left join windows as w on w.user_id = s.user_id and w.bound = s.bound
order by s.n`;
}

const sizes = WINDOW_HOURS.map((hours) => BigInt(hours) * HOUR);

/** `make` for each window, by its number from 1 and its size in microseconds. */
function each(make: (number: number, size: bigint) => string): readonly string[] {
  return sizes.map((size, index) => make(index + 1, size));
}

/** Running totals and one ASOF join that probes every edge of the windows. */
function prefixes(running: Readonly<Record<string, string>>): string {
  const names = Object.keys(running);
  const totals = Object.entries(running).map(([name, addend]) => `sum(${addend}) over w as ${name}`);
  const before = (name: string, edge: number): string =>
    `coalesce(any_value(${name}) filter (edge_number = ${edge}), 0)`;
  const changes = names.flatMap((name) =>
    each((number) => `${before(name, 0)} - ${before(name, number)} as ${name}${number}`),
  );
  return `
  running as (
    select user_id, instant, ${totals.join(", ")}
    from tiles
    window w as (partition by user_id order by instant rows unbounded preceding)
  ),
  edges as (
    select user_id, bound,
      unnest([bound, ${each((_, size) => `bound - ${size}`).join(", ")}]) as edge,
      unnest(range(${sizes.length + 1})) as edge_number
    from probes
  ),
  windows as (
    select user_id, bound, ${changes.join(", ")}
    from (
      select e.user_id, e.bound, e.edge_number, ${names.join(", ")}
      from edges as e
      asof join running as t on e.user_id = t.user_id and e.edge > t.instant
    )
    group by user_id, bound
  )`;
}

/** RANGE frames over rows and probes laid on one line. */
function frames(
  rows: string,
  columns: readonly string[],
  aggregates: (number: number) => readonly string[],
): string {
  const windows = each(
    (number, size) => `
      w${number} as (
        partition by user_id order by instant
        range between (case when is_probe then ${size} else 1 end) preceding and 1 preceding
      )`,
  );
  return `
  line as (
    select user_id, instant, false as is_probe, ${columns.join(", ")} from ${rows}
    union all by name
    select user_id, bound as instant, true as is_probe from probes
  ),
  windows as (
    select * exclude (instant), instant as bound
    from (
      select user_id, instant, is_probe, ${each((number) => aggregates(number).join(", ")).join(", ")}
      from line
      window ${windows.join(",")}
    )
    where is_probe
  )`;
}

/** Hand-written reads of `windowView`s: SELECTs that give the same columns in the same order. */
export const BY_HAND = {
  /** Sums, counts and means by differences of running totals. */
  sums: (spine: string, tiles: string): string =>
    read(spine, tiles, prefixes({ s: "amount__sum", c: "amount__count" }), sumFeatures()),

  /** The same from the events. */
  sumsOverEvents: (spine: string, tiles: string, events: string): string => {
    const rows = `(select user_id, epoch_us(ts) as instant, amount from read_parquet('${events}'))`;
    const windows = frames(rows, ["amount"], (number) => [
      `sum(amount) over w${number} as s${number}`,
      `count(amount) over w${number} as c${number}`,
    ]);
    return read(spine, tiles, windows, sumFeatures());
  },

  /** Minima and maxima by RANGE frames over tiles: the extreme of a window is no difference. */
  extremes: (spine: string, tiles: string): string => {
    const windows = frames("tiles", ["amount__min", "amount__max"], (number) => [
      `min(amount__min) over w${number} as lo${number}`,
      `max(amount__max) over w${number} as hi${number}`,
    ]);
    return read(spine, tiles, windows, [
      ...each((number) => `w.lo${number}`),
      ...each((number) => `w.hi${number}`),
    ]);
  },

  /** Variances from running totals of powers, as exact as that is. */
  variances: (spine: string, tiles: string): string => {
    const [n, mean, m2] = [1, 2, 3].map((place) => `amount__moments[${place}]`);
    const windows = prefixes({ n: n!, s: `${n} * ${mean}`, q: `${m2} + ${n} * ${mean} * ${mean}` });
    const features = each(
      (number) => `case when n${number} > 1
        then greatest(q${number} - s${number} * s${number} / n${number}, 0) / (n${number} - 1) end`,
    );
    return read(spine, tiles, windows, features);
  },

  /** The last ten: each tile keeps those of the ten tiles up to it; a window drops what is too old. */
  last: (spine: string, tiles: string): string => {
    const windows = `
  recent as (
    select user_id, instant, list({'instant': instant, 'last': product__last_10}) over (
      partition by user_id order by instant rows between 9 preceding and current row
    ) as tiles
    from tiles
  ),
  windows as (
    select p.user_id, p.bound, r.tiles
    from probes as p
    asof join recent as r on p.user_id = r.user_id and p.bound > r.instant
  )`;
    const features = each(
      (_, size) => `coalesce(flatten(list_transform(
        list_filter(w.tiles, lambda t: t.instant >= s.bound - ${size}), lambda t: t.last))[-10:], [])`,
    );
    return read(spine, tiles, windows, features);
  },

  /** Distinct counts: the sketches of all tiles in a RANGE frame, put together; `estimate` is our formula. */
  distinct: (
    spine: string,
    tiles: string,
    sketches: string,
    estimate: (sketch: string) => string,
  ): string => {
    const windows = frames("tiles", [sketches], (number) => [
      `list(${sketches}) over w${number} as r${number}`,
    ]);
    const codes = (number: number): string => `flatten(list_filter(w.r${number}, lambda r: r is not null))`;
    return read(
      spine,
      tiles,
      windows,
      each((number) => estimate(together(codes(number)))),
    );
  },
} as const;

/** Where the codes of single values begin in a sketch of 2^8 registers; up to 64 of them stay what they are. */
const FINE = 2n ** 48n;

/** The sketch of all codes of a list. */
function together(codes: string): string {
  const bits = `((c - ${FINE}) >> 8)`;
  const register = `(c & 255) * 64 + least(bit_count(xor(${bits}, ${bits} - 1)), 41)`;
  return `list_transform([list_sort(list_distinct(${codes}))], lambda f: case
    when f[1] >= ${FINE} and len(f) <= 64 then f
    else list_transform(
      [list_distinct(list_transform(f, lambda c: case when c < ${FINE} then c else ${register} end))],
      lambda d: list_transform(
        list_distinct(list_transform(d, lambda c: c // 64)),
        lambda k: list_max(list_filter(d, lambda c: c // 64 = k))
      )
    )[1]
  end)[1]`;
}

function sumFeatures(): readonly string[] {
  return [
    ...each((number) => `case when w.c${number} > 0 then w.s${number} end`),
    ...each((number) => `coalesce(w.c${number}, 0)::bigint`),
    ...each((number) => `case when w.c${number} > 0 then w.s${number} / w.c${number} end`),
  ];
}
