import type { Ledger } from '../ledger/ledger';
import { findLink, findSource } from '../ledger/links';
import type { Lookups } from '../mapping/functions';
import type { Syncs } from './syncs';

/** What mappings may ask, answered from the ledger and from the syncs on the canvas. */
export function ledgerLookups(ledger: Ledger, syncs: Syncs): Lookups {
  return {
    link: (sync, company, key) => findLink(ledger, sync, company, key),
    source: (sync, _company, ref) => findSource(ledger, sync, ref),
    missingReason: (sync) => syncs.get(sync)?.settings.missingReason,
  };
}
