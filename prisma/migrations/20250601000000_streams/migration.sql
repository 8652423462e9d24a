-- What was pushed into streams, as the events of each feature view that reads them: acknowledged events are here
-- before the online store has them, and it can be filled from here again.
alter table task drop constraint task_kind_check;
alter table task add constraint task_kind_check check (kind in ('check', 'retrieval', 'ingest'));

-- Requests by what makes them the same request; kept for a day.
create table stream_batch (
  workspace_id integer not null references workspace (id),
  idempotency_key text not null,
  digest text not null,
  result jsonb not null,
  created_at timestamptz not null default now(),
  primary key (workspace_id, idempotency_key)
);

create index stream_batch_age on stream_batch (created_at);

-- One row for each generation that has been pushed into, or whose batch log has been brought online.
create table stream_view (
  generation_id integer primary key references view_generation (id) on delete cascade,
  -- The last append, and the last whose events the online store is known to hold.
  appended_seq bigint not null default 0,
  applied_seq bigint not null default 0,
  -- The last stamp that was given to a writer, and the one that the online store is known to hold.
  given_stamp bigint not null default 0,
  applied_stamp bigint not null default 0,
  -- The ranges whose events come from the batch log; pushed events in them do not count.
  logged int8multirange not null default '{}',
  -- Whether a writer may have left the online store in between two states.
  is_dirty boolean not null default false
);

create table stream_event (
  id bigint generated always as identity primary key,
  generation_id integer not null references view_generation (id) on delete cascade,
  seq bigint not null,
  key bytea not null,
  -- Microseconds: the start of the tile that holds the event, or the event time where every event is one.
  slot bigint not null,
  event_time bigint not null,
  event bytea not null
);

create index stream_event_slot on stream_event (generation_id, key, slot);
create index stream_event_seq on stream_event (generation_id, seq);
create index stream_event_time on stream_event (generation_id, event_time);
