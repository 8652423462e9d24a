-- A job of the type ingest brings the uploaded rows at the path `input` into a feature table. Its times are not
-- known before commit 1, where it has read them, and stay unknown where it has brought no row.
alter table job
  add column type text not null default 'batch' check (type in ('batch', 'ingest')),
  add column input text,
  alter column start_time drop not null,
  alter column end_time drop not null,
  add constraint job_input check ((input is not null) = (type = 'ingest')),
  add constraint job_times check (
    (start_time is null) = (end_time is null) and (start_time is not null or type = 'ingest')
  );

alter table commit
  alter column start_time drop not null,
  alter column end_time drop not null,
  add constraint commit_times check ((start_time is null) = (end_time is null));

-- What uploads are still needed for.
create index job_input_open on job (input)
  where input is not null and state not in ('MANUALLY_CANCELLED', 'SUCCESS', 'FAILURE');
