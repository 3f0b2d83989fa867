-- Many intents that go out in one call. Written with them, before the call.
create table batch (
  id          uuid primary key,
  -- What the target is to know it by.
  external_id text not null unique,
  sync        text not null,
  company     text not null,
  connection  text not null,
  operation   text not null,
  -- What the operation needs to go on after a crash, above all the batch's id over there.
  remembered  text,
  sent_at     timestamptz not null
);

alter table intent
  add column batch_id uuid references batch,
  add column batch_place integer,
  add check ((batch_id is null) = (batch_place is null));

create index intent_batch on intent (batch_id, batch_place) where batch_id is not null;
