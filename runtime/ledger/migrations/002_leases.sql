-- The slots of each limit: who may have a call in flight, over all processes (runtime/connector/lease-limiter.ts).
-- The number of rows of a key is its limit. A slot is free when nobody holds it or its lease has ended, by this
-- server's clock.

create table lease (
  key    text not null,
  slot   integer not null,
  -- The limiter that holds it: one per process.
  holder uuid,
  -- Raised by every acquisition, so that a holder that slept through its lease cannot touch the next one's.
  token  bigint not null default 0,
  until  timestamptz not null default '-infinity',
  primary key (key, slot)
) with (fillfactor = 50);

-- Until when nobody may call, because the system asked for it.
create table lease_pause (
  key   text primary key,
  until timestamptz not null
);
