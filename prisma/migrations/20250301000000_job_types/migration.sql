-- Deletions of keys and housekeeping are jobs too. `input` is the upload that an ingest reads, or the deletion
-- that a delete carries out. Only a batch job always has times.
alter table job
  drop constraint job_type_check,
  add constraint job_type_check check (
    type in ('batch', 'ingest', 'delete', 'compact', 'collect', 'cleanup', 'rebuild')
  ),
  drop constraint job_input,
  add constraint job_input check ((input is not null) = (type in ('ingest', 'delete'))),
  drop constraint job_times,
  add constraint job_times check (
    (start_time is null) = (end_time is null) and (start_time is not null or type <> 'batch')
  ),
  -- Why it was made: by a user, for the interval that has ended, for history, or by the platform itself.
  add column trigger text not null default 'manual' check (
    trigger in ('manual', 'schedule', 'backfill', 'system')
  );
