-- What the running attempt has written offline so far, and in the end what the job has.
alter table job add column progress_bytes bigint;
