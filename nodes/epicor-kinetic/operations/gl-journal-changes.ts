import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, OperationContext } from '../../../runtime/connector/system';
import { negate } from '../../../runtime/mapping/decimals';
import { integerIn, textIn } from '../dataset';
import { asOutcome } from '../troubles';
import {
  codedLines,
  completeJournal,
  createJournal,
  differencesOf,
  type JournalEntry,
  lookUpJournal,
} from './gl-journal-completion';
import type { Journal } from './gl-journal-document';
import { deleteJournal } from './gl-journal-entry';
import { deleteEmptyJournalGroup } from './gl-journal-groups';
import { amountOf, type FoundJournal, findJournals, refOf } from './gl-journal-state';

/** How often one document may be posted, taken back and posted anew. */
const mostRounds = 50;

/**
 * Brings a journal that was entered to what its document says now. One that is not posted is changed; a posted one is
 * parked, or taken back and entered anew, as the option `postedChange` says.
 */
export async function updateJournal(
  entry: JournalEntry,
  journal: Journal,
  previous: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  if (context.options['postedChange'] === 'reverse') {
    try {
      return await bookAnew(entry, journal, context);
    } catch (error) {
      throw asOutcome(error);
    }
  }
  const [found] = await findJournals(entry.connection, journal.documentId, context);
  const isSameHead =
    textIn(previous, 'date') === journal.date && textIn(previous, 'currency') === journal.currency;
  if (found && !found.posted && isSameHead) return completeJournal(entry, journal, context);
  const message = found?.posted
    ? `Journal ${refOf(found.key)} is posted in Epicor and cannot be changed: reverse it, and send it anew.`
    : 'The journal cannot take another date, currency or ID: reverse it, and send it anew.';
  throw new RecordOutcome('park', 'changed-after-sent', { message });
}

/**
 * The journals of a document are its first one, the reversal of it, the second one, and so on, each under an ID made
 * from the document's. Everything is looked for before it is made, so an attempt that was cut short is gone on with.
 */
async function bookAnew(entry: JournalEntry, journal: Journal, context: OperationContext): Promise<Effect> {
  const { connection } = entry;
  // What cannot be entered anew is not taken back.
  await codedLines(connection, journal, context);
  for (let round = 1; round <= mostRounds; round++) {
    const own = { ...journal, documentId: idOf(journal.documentId, round) };
    const [found] = await findJournals(connection, own.documentId, context);
    if (!found) return createJournal(entry, own, context);
    if (!found.posted) {
      if (hasHead(found, journal)) return completeJournal(entry, own, context);
      await deleteJournal(connection, found.key, context);
      if (found.groupId !== undefined) await deleteEmptyJournalGroup(connection, context, found.groupId);
      return createJournal(entry, own, context);
    }
    const reversal = opposite(found, own.documentId);
    const isTakenBack = (await findJournals(connection, reversal.documentId, context)).length > 0;
    if (!isTakenBack && (await differencesOf(connection, own, found, context)).length === 0) {
      return completeJournal(entry, own, context);
    }
    await bringAbout(entry, reversal, context);
  }
  throw new RecordOutcome('park', 'changed-after-sent', {
    message: `The document was posted ${mostRounds} times, each time differently.`,
  });
}

/** ID of the journal that takes another one back, made from the ID of that. */
export function reversalId(documentId: string): string {
  return `${documentId}:reversal`;
}

/** The journal that takes another one back, under an ID made from its own. */
export function opposite(found: FoundJournal, documentId: string, date = found.date): Journal {
  return {
    documentId: reversalId(documentId),
    date: date ?? '',
    currency: found.currency ?? '',
    description: `Reversal of journal ${found.key.journalNum}`,
    lines: found.lines.map((row) => ({
      amount: negate(amountOf(row) ?? '0'),
      glAccount: textIn(row, 'GLAccount') ?? '',
      coa: textIn(row, 'COACode'),
      description: textIn(row, 'Description'),
      vendorNum: integerIn(row, 'VendorNum') || undefined,
    })),
  };
}

async function bringAbout(entry: JournalEntry, journal: Journal, context: OperationContext): Promise<void> {
  const known = await lookUpJournal(entry, journal, context);
  if (known.found === 'absent') await createJournal(entry, journal, context);
  else if (known.found === 'partial') await completeJournal(entry, journal, context);
  else if (known.found === 'conflict') throw new RecordOutcome('park', known.reason, known.detail);
}

function hasHead(found: FoundJournal, { date, currency }: Journal): boolean {
  return found.date === date && found.currency?.toUpperCase() === currency.toUpperCase();
}

function idOf(documentId: string, round: number): string {
  return round === 1 ? documentId : `${documentId}:${round}`;
}
