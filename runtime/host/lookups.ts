import type { Ledger } from '../ledger/ledger';
import { findSource } from '../ledger/links';
import type { Lookups } from '../mapping/functions';
import { LinkGathering } from './link-gathering';
import type { Syncs } from './reading/syncs';

/** What mappings may ask, answered from the ledger and from the syncs on the canvas. */
export function ledgerLookups(ledger: Ledger, syncs: Syncs): Lookups {
  const links = new LinkGathering(ledger.store);
  return {
    link: (sync, company, key) => links.find(sync, company, key),
    source: (sync, _company, ref) => findSource(ledger, sync, ref),
    missingReason: (sync) => syncs.get(sync)?.settings.missingReason,
  };
}
