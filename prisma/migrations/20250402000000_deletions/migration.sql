-- Keys of a view that were deleted (TIME T17). They belong to the view's name and join keys, not to a generation:
-- no recreate brings them back. join_keys is sorted by name, as the parts of each key are.
create table deletion (
  id bigserial primary key,
  workspace_id integer not null references workspace (id),
  view_name text not null,
  join_keys jsonb not null,
  -- The platform clock at the request: rows before it are hidden for good.
  at bigint not null,
  online boolean not null,
  offline boolean not null check (online or offline),
  requested_by text not null,
  created_at timestamptz not null default date_trunc('milliseconds', clock_timestamp())
);

create index deletion_of_view on deletion (workspace_id, view_name, id desc);

-- Keys in their canonical bytes.
create table deleted_key (
  deletion_id bigint not null references deletion (id),
  key bytea not null,
  primary key (deletion_id, key)
);

-- Every offline deletion of the view up to this one has been carried out in the file; 0 where there was none.
alter table file add column deletion_id bigint not null default 0;

create index job_of_deletion on job (input) where type = 'delete';
