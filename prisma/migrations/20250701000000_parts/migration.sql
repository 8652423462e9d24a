-- A big range is computed in parts, by whichever workers have time; the attempt commits them in one go. A part is
-- taken anew when its lease is over: `claims` makes each take's file another one, and a
-- worker that finds other source files than the attempt did takes none.
create table part (
  attempt_id uuid not null references attempt (id) on delete cascade,
  number integer not null,
  start_time bigint not null,
  end_time bigint not null check (end_time > start_time),
  source_fingerprint text not null,
  worker_id text,
  lease_until timestamptz,
  claims integer not null default 0,
  output jsonb,
  primary key (attempt_id, number),
  check (output is null or worker_id is not null)
);
