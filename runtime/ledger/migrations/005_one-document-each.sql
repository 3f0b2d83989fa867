-- What a document in the target is known by, so that no second record makes or takes it.
alter table link add column business_key text;
create index link_business on link (business_key) where business_key is not null and closed_at is null;
create index intent_business on intent (business_key) where state in ('sent', 'unknown');
