-- What a connection knows of the session it has open, sealed: a runtime that died left it behind, and the next one
-- goes on with it instead of taking another seat over there.
create table open_session (
  connection text primary key,
  facts      text not null,
  saved_at   timestamptz not null
);
