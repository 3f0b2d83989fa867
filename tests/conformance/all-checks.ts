import type { Store } from '../../runtime/ledger/store';
import type { Check } from './check';
import { connectionChecks } from './connection';
import { declarationChecks } from './declaration';
import { faultChecks } from './faults';
import { opsChecks } from './ops';
import { readingChecks } from './reading';
import { rowChecks } from './rows';
import type { Subject } from './subjects';
import { webhookChecks } from './webhook';
import { writingChecks } from './writing';

/** Every check of a system, as its manifest asks for them. */
export function allChecks(subject: Subject, store: () => Promise<Store>): Check[] {
  return [
    ...declarationChecks(subject),
    ...connectionChecks(subject),
    ...readingChecks(subject),
    ...rowChecks(subject),
    ...writingChecks(subject, store),
    ...faultChecks(subject, store),
    ...webhookChecks(subject, store),
    ...opsChecks(subject, store),
  ];
}
