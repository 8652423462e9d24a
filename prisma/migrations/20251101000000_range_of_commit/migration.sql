-- The ranges of a commit are asked for by housekeeping, for each commit of a view.
create index range_of_commit on range (commit_id);
