/** The same work as a person would write it for DuckDB alone; paths are those of the benchmark's own files. */
export const HAND_WRITTEN = {
  /** Hourly tiles of all flights, sorted, one file. */
  tiles: (source: string, target: string): string => `
copy (
  select
    origin,
    time_bucket(interval 1 hour, date, timestamp 'epoch') as tile_start,
    sum(delay)::decimal(38, 0) as delay_sum,
    count(delay) as delay_count,
    max(delay) as delay_max,
    sum(case when delay > 15 then 1 else 0 end)::decimal(38, 0) as late_sum,
    count(*) as late_count
  from '${source}'
  where date >= timestamp '2001-01-01' and date < timestamp '2001-07-01'
  group by all
  order by origin, tile_start
) to '${target}' (format parquet, compression zstd)`,

  /** Windows over those tiles: running totals and one ASOF join an edge; a RANGE frame for the maximum. */
  airportDelays: (spine: string, tiles: string, target: string): string => `
copy (
  with spine as (
    select *, file_row_number as rn, date_trunc('day', date) as day
    from read_parquet('${spine}', file_row_number = true)
  ),
  probes as (select distinct origin, day from spine),
  tiles as (select * from read_parquet('${tiles}')),
  running as (
    select origin, __tile_start,
      sum(delay__sum::hugeint) over w as s,
      sum(delay__count) over w as n,
      sum(late__sum::hugeint) over w as l
    from tiles
    window w as (partition by origin order by __tile_start)
  ),
  worst as (
    select origin, instant as day, worst
    from (
      select origin, instant, is_probe,
        max(delay__max) over (
          partition by origin order by instant
          range between interval 30 days preceding and interval 1 microsecond preceding
        ) as worst
      from (
        select origin, __tile_start as instant, delay__max, false as is_probe from tiles
        union all
        select origin, day, null, true from probes
      )
    )
    where is_probe
  ),
  windows as (
    select p.origin, p.day, w.worst,
      (e.n - coalesce(d1.n, 0)) as n1, (e.n - coalesce(d7.n, 0)) as n7, (e.n - coalesce(d30.n, 0)) as n30,
      (e.s - coalesce(d1.s, 0)) as s1, (e.s - coalesce(d7.s, 0)) as s7, (e.s - coalesce(d30.s, 0)) as s30,
      (e.l - coalesce(d1.l, 0)) as l1, (e.l - coalesce(d7.l, 0)) as l7, (e.l - coalesce(d30.l, 0)) as l30
    from probes p
    join worst w on w.origin = p.origin and w.day = p.day
    asof left join running e on e.origin = p.origin and p.day > e.__tile_start
    asof left join running d1 on d1.origin = p.origin and p.day - interval 1 day > d1.__tile_start
    asof left join running d7 on d7.origin = p.origin and p.day - interval 7 days > d7.__tile_start
    asof left join running d30 on d30.origin = p.origin and p.day - interval 30 days > d30.__tile_start
  )
  select s.* exclude (rn, day, file_row_number),
    w.s1::double / nullif(w.n1, 0)::double as "airport_delays.delay_mean_1d_1h",
    w.s7::double / nullif(w.n7, 0)::double as "airport_delays.delay_mean_7d_1h",
    w.s30::double / nullif(w.n30, 0)::double as "airport_delays.delay_mean_30d_1h",
    coalesce(w.n1, 0)::bigint as "airport_delays.delay_count_1d_1h",
    coalesce(w.n7, 0)::bigint as "airport_delays.delay_count_7d_1h",
    coalesce(w.n30, 0)::bigint as "airport_delays.delay_count_30d_1h",
    w.worst as "airport_delays.worst_delay",
    w.l1::double / nullif(w.n1, 0)::double as "airport_delays.late_share_1d",
    w.l7::double / nullif(w.n7, 0)::double as "airport_delays.late_share_7d",
    w.l30::double / nullif(w.n30, 0)::double as "airport_delays.late_share_30d"
  from spine s
  left join windows w on w.origin = s.origin and w.day = s.day
  order by s.rn
) to '${target}' (format parquet, compression zstd)`,

  /** The newest row before the day, unless its ttl of 30 days is over. */
  airportLastFlight: (spine: string, rows: string, target: string): string => `
copy (
  with spine as (
    select *, file_row_number as rn, date_trunc('day', date) as day
    from read_parquet('${spine}', file_row_number = true)
  )
  select s.* exclude (rn, day, file_row_number),
    case when s.day < date_trunc('day', r.__time) + interval 31 days then r.last_destination end
      as "airport_last_flight.last_destination",
    case when s.day < date_trunc('day', r.__time) + interval 31 days then r.last_delay end
      as "airport_last_flight.last_delay",
    case when s.day < date_trunc('day', r.__time) + interval 31 days then r.last_distance end
      as "airport_last_flight.last_distance"
  from spine s
  asof left join read_parquet('${rows}') r on r.origin = s.origin and s.day > r.__time
  order by s.rn
) to '${target}' (format parquet, compression zstd)`,
} as const;
