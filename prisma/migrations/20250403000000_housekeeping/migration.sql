-- A file holds rows of one commit, or of several that compaction has merged: of each commit those within its parts.
create table file_part (
  id bigserial primary key,
  file_id bigint not null references file (id) on delete cascade,
  commit_id bigint not null references commit (id),
  during int8range not null default '(,)' check (not isempty(during))
);

create index file_part_of_file on file_part (file_id);

create index file_part_of_commit on file_part (commit_id);

insert into file_part (file_id, commit_id)
select id, commit_id
from file;

-- Snapshots from from_seq on, and before to_seq, read the file: others read the files that it has replaced, or
-- that have replaced it. doomed_at: nothing needs it any more; hidden_at: no read that begins later finds it.
alter table file
  add column from_seq bigint not null default 0,
  add column to_seq bigint,
  add column doomed_at timestamptz,
  add column hidden_at timestamptz,
  add constraint file_hidden check (hidden_at is null or doomed_at is not null);

create index file_doomed on file (commit_id) where doomed_at is not null;

-- kept_seq: snapshots of earlier commits are no longer whole; online_lost_at: the online store has lost data;
-- cleaned_at: of a retired generation nothing is online any more.
alter table view_generation
  add column kept_seq bigint not null default 0,
  add column online_lost_at timestamptz,
  add column cleaned_at timestamptz;

-- A task reads snapshots of a generation; it holds as long as the task's own lease.
create table snapshot_lease (
  task_id uuid not null references task (id) on delete cascade,
  generation_id integer not null references view_generation (id),
  taken_at timestamptz not null default clock_timestamp(),
  primary key (task_id, generation_id)
);

create index snapshot_lease_of_generation on snapshot_lease (generation_id);

-- What a housekeeping job goes by, and what it has done.
create table housekeeping (
  job_id uuid primary key references job (id),
  policy jsonb not null,
  report jsonb
);

create index job_of_generation on job (generation_id, type, created_at desc)
  where type in ('compact', 'collect', 'cleanup', 'rebuild');

-- Work that one process of many does, once in a while.
create table turn (
  name text primary key,
  taken_at timestamptz not null
);
