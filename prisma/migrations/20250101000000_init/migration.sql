-- Instants of platform time are bigint microseconds since the epoch; system times are timestamptz.
create extension if not exists btree_gist;

create table workspace (
  id serial primary key,
  name text not null unique,
  revision bigint not null default 0,
  created_at timestamptz not null default now()
);

-- A life of a view. The ledger's operations of a view take turns by locking this row.
create table view_generation (
  id serial primary key,
  workspace_id integer not null references workspace (id),
  view_name text not null,
  number integer not null,
  last_commit_seq bigint not null default 0,
  last_committed_at bigint,
  online_edge bigint,
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  unique (workspace_id, view_name, number)
);

create unique index view_generation_current on view_generation (workspace_id, view_name) where retired_at is null;

create table definition (
  id bigserial primary key,
  workspace_id integer not null references workspace (id),
  kind text not null,
  name text not null,
  version integer not null,
  definition jsonb not null,
  fingerprint text not null,
  resolved jsonb,
  generation_id integer references view_generation (id),
  created_at timestamptz not null default now(),
  retired_at timestamptz,
  unique (workspace_id, kind, name, version)
);

create unique index definition_current on definition (workspace_id, kind, name) where retired_at is null;

create table plan (
  id uuid primary key default gen_random_uuid(),
  workspace_id integer not null references workspace (id),
  base_revision bigint not null,
  body jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  applied_at timestamptz
);

create table job (
  id uuid primary key default gen_random_uuid(),
  workspace_id integer not null references workspace (id),
  generation_id integer not null references view_generation (id),
  view_name text not null,
  state text not null default 'PENDING' check (
    state in (
      'PENDING', 'RUNNING', 'MANUAL_CANCELLATION_REQUESTED', 'MANUALLY_CANCELLED', 'MANUAL_RETRY', 'SUCCESS', 'FAILURE'
    )
  ),
  start_time bigint not null,
  end_time bigint not null check (end_time > start_time),
  online boolean not null,
  offline boolean not null check (online or offline),
  overwrite boolean not null,
  use_managed_retries boolean not null,
  requested_by text not null,
  phase text not null default 'queued',
  progress_fraction double precision,
  progress_rows bigint,
  retry_at timestamptz,
  error_code text,
  error_message text,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  updated_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
);

create index job_newest on job (workspace_id, created_at desc, id desc);

create index job_of_view on job (workspace_id, view_name, created_at desc, id desc);

create index job_open on job (generation_id) where state not in ('MANUALLY_CANCELLED', 'SUCCESS', 'FAILURE');

create index job_due on job (retry_at) where retry_at is not null;

-- An attempt without a state waits for a worker.
create table attempt (
  id uuid primary key default gen_random_uuid(),
  job_id uuid not null references job (id),
  number integer not null,
  fence integer not null,
  state text check (state in ('RUNNING', 'SUCCESS', 'FAILURE', 'CANCELLED', 'LOST')),
  worker_id text,
  lease_until timestamptz,
  queued_at timestamptz not null default now(),
  sent_at timestamptz,
  sends integer not null default 0,
  started_at timestamptz,
  ended_at timestamptz,
  error_code text,
  error_message text,
  rows bigint,
  unique (job_id, number),
  unique (job_id, fence)
);

create unique index attempt_open on attempt (job_id) where state is null or state = 'RUNNING';

create index attempt_waiting on attempt (queued_at) where state is null;

create index attempt_leased on attempt (lease_until) where state = 'RUNNING';

-- pushed_at: its push is done, or there was none to do; abandoned_at: its push will never be done.
create table commit (
  id bigserial primary key,
  generation_id integer not null references view_generation (id),
  seq bigint not null,
  job_id uuid not null unique references job (id),
  attempt_id uuid not null references attempt (id),
  start_time bigint not null,
  end_time bigint not null,
  online boolean not null,
  rows bigint not null,
  rejected_rows bigint not null,
  source_fingerprint text not null,
  committed_at bigint not null,
  pushed_at timestamptz,
  abandoned_at timestamptz,
  unique (generation_id, seq),
  unique (generation_id, committed_at)
);

create index commit_to_push on commit (generation_id, seq) where online and pushed_at is null and abandoned_at is null;

create table file (
  id bigserial primary key,
  commit_id bigint not null references commit (id),
  path text not null unique,
  bytes bigint not null,
  rows bigint not null,
  min_time bigint,
  max_time bigint,
  sha256 text
);

create index file_of_commit on file (commit_id);

-- The range ledger. A range is live from the commit from_seq until the commit to_seq replaces it, in whole or
-- in part: then new rows of the same commit_id take over the parts that stay.
create table range (
  id bigserial primary key,
  generation_id integer not null references view_generation (id),
  store text not null check (store in ('offline', 'online')),
  state text not null check (state in ('reserved', 'live', 'replaced')),
  during int8range not null check (not isempty(during)),
  job_id uuid not null references job (id),
  commit_id bigint references commit (id),
  from_seq bigint,
  to_seq bigint,
  check ((commit_id is null) = (state = 'reserved')),
  check ((from_seq is null) = (state = 'reserved')),
  check ((to_seq is null) = (state <> 'replaced')),
  constraint range_live_once exclude using gist (generation_id with =, store with =, during with &&)
    where (state = 'live'),
  constraint range_reserved_once exclude using gist (generation_id with =, store with =, during with &&)
    where (state = 'reserved')
);

create index range_of_job on range (job_id);

create index range_of_generation on range (generation_id, store, from_seq);

create table task (
  id uuid primary key default gen_random_uuid(),
  kind text not null check (kind in ('check', 'retrieval')),
  workspace_id integer not null references workspace (id),
  payload jsonb not null,
  owner_key_id text,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'RUNNING', 'SUCCESS', 'FAILURE')),
  fence integer not null default 1,
  losses integer not null default 0,
  worker_id text,
  lease_until timestamptz,
  progress jsonb,
  result jsonb,
  error jsonb,
  queued_at timestamptz not null default now(),
  sent_at timestamptz,
  sends integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default date_trunc('milliseconds', clock_timestamp()),
  expires_at timestamptz not null
);

create index task_waiting on task (queued_at) where state = 'QUEUED';

create index task_leased on task (lease_until) where state = 'RUNNING';

create index task_ended on task (expires_at) where state <> 'RUNNING';

create table api_key (
  id text primary key,
  name text not null,
  role text not null check (role in ('admin', 'reader')),
  workspace text,
  hash bytea not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- One row; frozen_at is null while the platform clock follows the system's.
create table platform_clock (
  id integer primary key default 1 check (id = 1),
  frozen_at bigint
);

insert into platform_clock (id)
values (1);

create table worker (
  id text primary key,
  host text not null,
  pid integer not null,
  capabilities text[] not null,
  started_at timestamptz not null default now(),
  beat_at timestamptz not null default now()
);

-- Every change of a job or task moves its updated_at forward and wakes whoever waits for it.
create function tell_of_change() returns trigger language plpgsql as $$
begin
  new.updated_at := greatest(
    date_trunc('milliseconds', clock_timestamp()),
    old.updated_at + interval '1 millisecond'
  );
  perform pg_notify('tesela_change', new.id::text);
  return new;
end
$$;

create trigger job_change before update on job for each row execute function tell_of_change();

create trigger task_change before update on task for each row execute function tell_of_change();
