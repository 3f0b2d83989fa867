-- The ledger: what is known about every record, and the proof of how it came about.
-- Every change goes through one writer at a time (see ledger.ts), so the order of commits is the order of
-- `place` and `seq`.

create sequence place;

-- One business document of one sync. Everything durable is about a record.
create table record (
  id              uuid primary key,
  sync            text not null,
  company         text not null,
  source_key      text not null,
  order_key       text not null,
  -- Its turn among the unsettled records of its order key: lowest first.
  place           bigint not null,
  -- The newest landed version, and the hash of its row.
  version         integer not null,
  content_hash    text not null,
  state           text not null check (state in ('landed', 'working', 'confirmed', 'parked', 'ignored')),
  -- Why it is parked or ignored: a code of the table of reasons.
  reason          text,
  -- What a person needs to decide; for a landed record that waits: why.
  detail          jsonb,
  -- The link whose appearance releases a parked record.
  waits_for_sync  text,
  waits_for_key   text,
  -- Counts hand-outs; only the newest may change anything. Raised before the work begins.
  attempt         integer not null default 0,
  worked_version  integer,
  failures        integer not null default 0,
  crashes         integer not null default 0,
  next_attempt_at timestamptz,
  -- The newest job that may wake it; while it is worked on, the job it is worked on by.
  job_id          uuid,
  wakes           integer not null default 0,
  woken_at        timestamptz,
  alive_at        timestamptz,
  -- Policies that a replay overrides for the next attempt.
  options         jsonb,
  amount          numeric,
  currency        text,
  business_date   date,
  landed_at       timestamptz not null,
  changed_at      timestamptz not null,
  unique (sync, company, source_key),
  check ((state in ('parked', 'ignored')) = (reason is not null))
) with (fillfactor = 80);

create index record_line on record (sync, company, order_key, place) where state in ('landed', 'working');
create index record_due on record (sync, next_attempt_at) where state = 'landed';
create index record_at_work on record (sync) where state = 'working';
create index record_settled_badly on record (sync, state, reason, id) where state in ('parked', 'ignored');
create index record_waits on record (waits_for_sync, waits_for_key) where waits_for_key is not null;

-- The payload of each version, as JSON text, sealed when the ledger has a vault.
create table record_version (
  record_id    uuid not null references record,
  version      integer not null,
  content_hash text not null,
  payload      text not null,
  landed_at    timestamptz not null,
  primary key (record_id, version)
);

-- How far the source stream of a sync has been read: everything up to here has landed.
create table cursor (
  sync      text primary key,
  value     jsonb not null,
  landed_at timestamptz not null
);

-- Written before a call that may have an effect. The body never changes.
create table intent (
  id              uuid primary key,
  record_id       uuid not null references record,
  operation       text not null,
  generation      integer not null,
  connection      text not null,
  effect          text not null check (effect in ('create', 'update', 'close', 'act')),
  business_key    text not null,
  body            text not null,
  body_hash       text not null,
  material_hash   text not null,
  near_key        text,
  mapping_version text not null,
  options         jsonb not null,
  state           text not null check (state in ('sent', 'unknown', 'confirmed', 'rejected')),
  ref             text,
  remembered      text,
  -- Look-ups that found nothing, and when the next may be made.
  checks          integer not null default 0,
  check_at        timestamptz not null,
  detail          jsonb,
  sent_at         timestamptz not null,
  settled_at      timestamptz,
  unique (record_id, operation, generation)
);

-- At most one write per record and operation may be open, whoever tries.
create unique index intent_open on intent (record_id, operation) where state in ('sent', 'unknown');
create index intent_near on intent (near_key) where near_key is not null and state in ('sent', 'unknown');

-- Cross-reference: source document and target document. Never pruned.
create table link (
  id            bigint generated always as identity primary key,
  record_id     uuid not null references record,
  sync          text not null,
  company       text not null,
  source_key    text not null,
  connection    text not null,
  operation     text not null,
  ref           text not null,
  attributes    jsonb not null,
  -- The document as last written, and the hash of the fields that matter.
  document      text not null,
  material_hash text not null,
  near_key      text,
  adopted       boolean not null,
  created_at    timestamptz not null,
  written_at    timestamptz not null,
  closed_at     timestamptz
) with (fillfactor = 80);

create unique index link_live on link (sync, company, source_key) where closed_at is null;
create index link_record on link (record_id);
create index link_key on link (sync, source_key);
create index link_ref on link (ref, sync);
create index link_near on link (near_key) where near_key is not null and closed_at is null;

-- The history. Each event's hash covers the one before it.
create table audit_event (
  seq       bigint primary key,
  at        timestamptz not null,
  sync      text,
  record_id uuid,
  kind      text not null,
  detail    jsonb not null,
  previous  text not null,
  hash      text not null
);

create index audit_record on audit_event (record_id, seq) where record_id is not null;

-- Deliveries of webhooks, once per event. A delivery only wakes a read.
create table webhook_event (
  connection  text not null,
  event_id    text not null,
  type        text not null,
  key         text,
  body        text not null,
  received_at timestamptz not null,
  handled_at  timestamptz,
  primary key (connection, event_id)
);

create index webhook_unhandled on webhook_event (received_at) where handled_at is null;

-- Sealed facts of a webhook subscription: its id, its secrets.
create table subscription_state (
  connection text primary key,
  state      text not null,
  saved_at   timestamptz not null
);

-- When a sync is to be read next, so that several runtimes read once and a restart does not reset it.
create table schedule (
  sync        text primary key,
  next_due_at timestamptz not null
);

-- Numbers given out once, by name.
create table number (
  name  text primary key,
  value bigint not null
);
