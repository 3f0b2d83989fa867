import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { dateIn, textIn } from '../dataset';
import { asOutcome } from '../troubles';
import { opposite } from './gl-journal-changes';
import { completeJournal, createJournal, type JournalEntry, lookUpJournal } from './gl-journal-completion';
import type { Journal } from './gl-journal-document';
import { deleteJournal } from './gl-journal-entry';
import { deleteEmptyJournalGroup } from './gl-journal-groups';
import { type FoundJournal, findJournals, refOf } from './gl-journal-state';
import { PostingRuns } from './posting-runs';

export const reverseGlJournal: OperationDeclaration = {
  title: 'Reverse a GL journal',
  help: 'Takes an entered journal back: one that is not posted is deleted, a posted one gets a journal with the opposite lines.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['documentId', 'date'],
    properties: {
      documentId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'As the journal was entered.',
      },
      date: { type: 'string', format: 'date', description: 'Date of the reversal in the general ledger.' },
      description: { type: ['string', 'null'] },
    },
  },
  effect: 'close',
  material: ['documentId'],
  businessKey: 'the ID of the document in the reference column of the journal',
  options: [],
};

/** Takes an entered journal back. */
export function reverseGlJournalOperation(connection: EpicorConnection): Operation {
  const entry = { connection, runs: new PostingRuns() };
  const run = async (document: JsonObject, context: OperationContext) => {
    try {
      return await takeBack(entry, document, context);
    } catch (error) {
      throw asOutcome(error);
    }
  };
  return {
    businessKey: (document) => `reversal of journal ${textIn(document, 'documentId') ?? ''}`,
    lookUp: (document, context) => lookUp(entry, document, context),
    create: run,
    resume: (_partial, document, context) => run(document, context),
  };
}

async function lookUp(entry: JournalEntry, document: JsonObject, context: OperationContext): Promise<LookUp> {
  const { connection } = entry;
  const documentId = textIn(document, 'documentId') ?? '';
  const [found] = await findJournals(connection, documentId, context);
  if (!found) {
    // What we were about to delete, and is not there any more, is deleted.
    const deleted = textIn(context.remembered, 'deleted');
    if (deleted !== undefined) return { found: 'present', ref: deleted };
    const message = `No journal in company ${connection.company} carries the document ID ${documentId}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message, documentId } };
  }
  if (!found.posted) return { found: 'absent' };
  return lookUpJournal(entry, reversalOf(found, document), context);
}

async function takeBack(
  entry: JournalEntry,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const { connection } = entry;
  const documentId = textIn(document, 'documentId') ?? '';
  const [found] = await findJournals(connection, documentId, context);
  if (!found) return { ref: textIn(context.remembered, 'deleted') ?? documentId };
  if (found.posted) {
    const journal = reversalOf(found, document);
    const begun = await lookUpJournal(entry, journal, context);
    return begun.found === 'partial'
      ? completeJournal(entry, journal, context)
      : createJournal(entry, journal, context);
  }
  const ref = refOf(found.key);
  await context.remember({ deleted: ref });
  await deleteJournal(connection, found.key, context);
  if (found.groupId !== undefined) await deleteEmptyJournalGroup(connection, context, found.groupId);
  return { ref };
}

function reversalOf(found: FoundJournal, document: JsonObject): Journal {
  const description = textIn(document, 'description');
  return {
    ...opposite(found, textIn(document, 'documentId') ?? '', dateIn(document, 'date')),
    ...(description === undefined ? {} : { description }),
  };
}
