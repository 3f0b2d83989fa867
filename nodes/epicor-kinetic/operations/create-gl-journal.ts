import type { Operation } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { textIn } from '../dataset';
import { updateJournal } from './gl-journal-changes';
import { completeJournal, createJournal, lookUpJournal } from './gl-journal-completion';
import { journalOf } from './gl-journal-document';
import { tallyJournals } from './gl-journal-tally';
import { PostingRuns } from './posting-runs';

/** Enters journals of another system into the general ledger. */
export function createGlJournalOperation(connection: EpicorConnection): Operation {
  const entry = { connection, runs: new PostingRuns() };
  return {
    businessKey: (document) => `journal ${textIn(document, 'documentId') ?? ''}`,
    lookUp: async (document, context) => lookUpJournal(entry, journalOf(document), context),
    create: async (document, context) => createJournal(entry, journalOf(document), context),
    resume: async (_partial, document, context) => completeJournal(entry, journalOf(document), context),
    update: async (_ref, document, previous, context) =>
      updateJournal(entry, journalOf(document), previous, context),
    tally: (context) => tallyJournals(connection, context),
  };
}
