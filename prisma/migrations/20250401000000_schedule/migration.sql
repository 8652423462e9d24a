-- What a user asked for comes first, then the interval that has ended, then history, then housekeeping; an online
-- store that has to be loaded anew cannot answer until it is.
alter table job
  add column priority smallint not null generated always as (
    case
      when type = 'rebuild' or trigger = 'manual' then 0
      when trigger = 'schedule' then 1
      when trigger = 'backfill' then 2
      else 3
    end
  ) stored,
  -- Attempts before this number are those before the last retry by hand: they no longer count.
  add column retried_after integer not null default 0,
  -- What a cancelled or failed job was to write stays as it is until somebody asks for it: then this is set.
  add column released_at timestamptz;

create index job_held on job (generation_id)
  where type = 'batch' and state in ('MANUALLY_CANCELLED', 'FAILURE') and released_at is null;

-- Attempts that wait for their turn: they are not in the queue yet.
create index attempt_unsent on attempt (queued_at) where state is null and sent_at is null;

-- Why the last look at a view made no jobs; a view that is well has no row.
create table schedule_error (
  generation_id integer primary key references view_generation (id),
  code text not null,
  message text not null,
  failed_at timestamptz not null default now()
);

-- What the worker of an attempt has to say, bounded by whoever writes it.
create table attempt_log (
  id bigserial primary key,
  attempt_id uuid not null references attempt (id),
  at timestamptz not null,
  level text not null check (level in ('info', 'error')),
  message text not null
);

create index attempt_log_of_attempt on attempt_log (attempt_id, id);

-- What the source files of a commit's range were when somebody last looked: another fingerprint than that of the
-- commit says that the range is stale.
alter table commit
  add column seen_fingerprint text,
  add column seen_at timestamptz;
