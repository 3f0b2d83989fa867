import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Effect, LookUp, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { errorCodes } from '../error-table';
import { asOutcome, hasCode, stillWorking } from '../troubles';
import { glAccountOf } from './gl-accounts';
import { type CodedLine, journalGaps } from './gl-journal-check';
import type { Journal } from './gl-journal-document';
import { deleteJournal, enterJournalHead, repairJournal } from './gl-journal-entry';
import { deleteEmptyJournalGroup, inJournalGroup, releaseJournalGroup } from './gl-journal-groups';
import { effectOf, type FoundJournal, findJournals, refOf } from './gl-journal-state';
import type { PostingRuns } from './posting-runs';

/** How often somebody else may change a journal while it is completed. */
const mostStale = 5;

/** What entering a journal needs besides the document. */
export interface JournalEntry {
  readonly connection: EpicorConnection;
  readonly runs: PostingRuns;
}

/** Looks for a journal by the ID of its document. */
export async function lookUpJournal(
  { connection }: JournalEntry,
  journal: Journal,
  context: OperationContext,
): Promise<LookUp> {
  const [found, ...others] = await findJournals(connection, journal.documentId, context);
  if (!found) return { found: 'absent' };
  const ref = refOf(found.key);
  if (others.length > 0) {
    const journals = [found, ...others].map(({ key }) => refOf(key));
    const message = `Several journals carry the document ID ${journal.documentId}.`;
    return { found: 'conflict', reason: 'number-in-use', detail: { message, journals } };
  }
  const differences = await differencesOf(connection, journal, found, context);
  if (differences.length === 0) return { found: 'present', ...effectOf(found) };
  if (!found.posted) return { found: 'partial', ref, missing: differences.join('; ') };
  const message = `Journal ${ref} is posted in Epicor, and is not what was sent: ${differences.join('; ')}.`;
  return { found: 'conflict', reason: 'changed-after-sent', detail: { message, journal: ref } };
}

/** Enters a journal that is not there, whole or not at all. */
export async function createJournal(
  entry: JournalEntry,
  journal: Journal,
  context: OperationContext,
): Promise<Effect> {
  const { connection, runs } = entry;
  try {
    // Accounts are found before anything is written.
    await codedLines(connection, journal, context);
    await inJournalGroup(connection, runs, journal, context, (groupId) =>
      enterJournalHead(connection, journal, groupId, context),
    );
    return await completeJournal(entry, journal, context);
  } catch (error) {
    throw asOutcome(error);
  }
}

/** Enters what is missing of a journal and corrects what is wrong, until it is right. */
export async function completeJournal(
  { connection }: JournalEntry,
  journal: Journal,
  context: OperationContext,
): Promise<Effect> {
  try {
    const lines = await codedLines(connection, journal, context);
    return await bringAbout(connection, journal, lines, context);
  } catch (error) {
    throw asOutcome(error);
  }
}

async function bringAbout(
  connection: EpicorConnection,
  journal: Journal,
  lines: readonly CodedLine[],
  context: OperationContext,
): Promise<Effect> {
  const seen = new Set<string>();
  for (let stale = 0; ; ) {
    const found = await mustFind(connection, journal, context);
    const gaps = journalGaps(journal, lines, found);
    if (gaps.differences.length === 0) {
      if (found.groupId !== undefined) await releaseJournalGroup(connection, context, found.groupId);
      return effectOf(found);
    }
    const now = JSON.stringify(gaps.differences);
    if (found.posted || seen.has(now)) {
      throw await givenUp(connection, found, gaps.differences.join('; '), context);
    }
    try {
      await repairJournal(connection, gaps, found, context);
      seen.add(now);
    } catch (error) {
      // Every line changes the head; a stale one is read again.
      if (hasCode(error, errorCodes.staleRow) && ++stale < mostStale) continue;
      const outcome = asOutcome(error);
      if (!(outcome instanceof RecordOutcome)) throw error;
      throw await givenUp(
        connection,
        found,
        String(outcome.detail['systemWords'] ?? outcome.message),
        context,
      );
    }
  }
}

/** In a person's words, how a journal in Epicor is not what the document says. */
export async function differencesOf(
  connection: EpicorConnection,
  journal: Journal,
  found: FoundJournal,
  context: OperationContext,
): Promise<readonly string[]> {
  try {
    return journalGaps(journal, await codedLines(connection, journal, context), found).differences;
  } catch (error) {
    // It parks when it is completed, not while it is looked for.
    if (error instanceof RecordOutcome) return [`its lines could not be compared (${error.message})`];
    throw error;
  }
}

/**
 * The lines with their accounts as Epicor has them.
 * @throws RecordOutcome (park) for an account that is not there or not active
 */
export async function codedLines(
  connection: EpicorConnection,
  { lines }: Journal,
  context: OperationContext,
): Promise<CodedLine[]> {
  const coded: CodedLine[] = [];
  for (const line of lines) coded.push({ ...line, account: await glAccountOf(connection, line, context) });
  return coded;
}

async function mustFind(
  connection: EpicorConnection,
  { documentId }: Journal,
  context: OperationContext,
): Promise<FoundJournal> {
  const [found] = await findJournals(connection, documentId, context);
  if (found) return found;
  throw stillWorking('find-journals', `Journal ${documentId} was saved, and cannot be read yet.`, 5_000);
}

/** A journal that is not whole never stays unnoticed: it goes, or a person is told. */
async function givenUp(
  connection: EpicorConnection,
  found: FoundJournal,
  why: string,
  context: OperationContext,
): Promise<RecordOutcome> {
  const ref = refOf(found.key);
  const { groupId } = found;
  if (context.options['undo'] !== 'tell' && !found.posted) {
    await deleteJournal(connection, found.key, context);
    if (groupId !== undefined) await deleteEmptyJournalGroup(connection, context, groupId);
    const message = `Epicor did not take the journal whole, and it was deleted again: ${why}.`;
    return new RecordOutcome('park', 'rejected-by-target', { message, journal: ref, undone: true });
  }
  const undo = `Complete or delete journal ${ref} in group ${groupId ?? '?'} in Epicor, then replay.`;
  const message = `Epicor did not take the journal whole: ${why}. ${undo}`;
  return new RecordOutcome('park', 'rejected-by-target', { message, journal: ref, group: groupId, undo });
}
