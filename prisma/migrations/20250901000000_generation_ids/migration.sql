-- Online data are told apart by the id of their generation. It begins anywhere, so that a platform that is set up anew
-- over an online store that was in use before never takes what it finds there for its own.
select setval(
  'view_generation_id_seq',
  (select coalesce(max(id), 0) from view_generation) + 1 + floor(random() * 1000000000)::bigint
);
