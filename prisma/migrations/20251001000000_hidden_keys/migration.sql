-- The greatest stamp under which deleted keys are known to be hidden online: a store that says less has lost some of them.
alter table view_generation
  add column hidden_stamp bigint not null default 0;
