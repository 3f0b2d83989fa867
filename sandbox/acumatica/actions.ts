import { needBalanced, releaseBill, reverseBill } from './bills';
import { releaseCheck, voidCheck } from './check-release';
import { type StoredEntity, text } from './entity-store';
import { invalidStatus } from './refusal';
import type { Tenant } from './tenant';

interface Action {
  /** Throws at once when the document is in no state for it. */
  readonly check: (document: StoredEntity) => void;
  readonly run: (tenant: Tenant, document: StoredEntity, user: string) => void;
}

const RELEASED = (document: StoredEntity) => {
  if (!['Open', 'Closed'].includes(text(document, 'Status'))) throw invalidStatus();
};

/** The named actions, by entity and name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  'Bill/ReleaseBill': { check: needBalanced, run: releaseBill },
  'Bill/ReverseBill': { check: RELEASED, run: reverseBill },
  'Check/ReleaseCheck': {
    check: (document) => {
      if (text(document, 'Type') !== 'Debit Adj.') needBalanced(document);
    },
    run: releaseCheck,
  },
  'Check/VoidCheck': { check: RELEASED, run: voidCheck },
};
