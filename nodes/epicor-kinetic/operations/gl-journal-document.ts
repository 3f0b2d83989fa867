import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import { equal, sumOf } from '../../../runtime/mapping/decimals';
import { asRow, dateIn, decimalIn, integerIn, textIn } from '../dataset';
import type { AccountName } from './gl-accounts';

export interface JournalLine extends AccountName {
  /** Positive is a debit, negative a credit. */
  readonly amount: string;
  readonly description: string | undefined;
  readonly vendorNum: number | undefined;
}

/** The document of `create-gl-journal`, checked. */
export interface Journal {
  readonly documentId: string;
  readonly date: string;
  readonly currency: string;
  readonly description: string;
  readonly lines: readonly JournalLine[];
}

const nullableText: JsonObject = { type: ['string', 'null'] };

const line: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['amount', 'glAccount'],
  properties: {
    amount: { type: 'string', format: 'decimal', description: 'Positive is a debit, negative a credit.' },
    glAccount: {
      type: 'string',
      minLength: 1,
      maxLength: 200,
      description:
        'Segments joined by a bar (`6100|10|200`), the key of the stream gl-accounts, or as people write it.',
    },
    coa: { ...nullableText, description: "Chart of accounts; the connection's when absent." },
    description: nullableText,
    vendorNum: { type: ['integer', 'null'] },
  },
};

export const createGlJournal: OperationDeclaration = {
  title: 'Create a GL journal',
  help: 'Enters a journal with its lines into a journal group, reads it back and verifies that it is whole, coded and balanced. Posting the group is left to a person.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['documentId', 'date', 'currency', 'description', 'lines'],
    properties: {
      documentId: {
        type: 'string',
        minLength: 1,
        maxLength: 100,
        description: 'ID of the document in the system it comes from. Kept with the journal.',
      },
      date: { type: 'string', format: 'date', description: 'Date in the general ledger.' },
      currency: { type: 'string', minLength: 3, maxLength: 4 },
      description: { type: 'string', minLength: 1, maxLength: 1000 },
      lines: { type: 'array', minItems: 2, items: line },
    },
  },
  effect: 'put',
  material: ['documentId', 'date', 'currency', 'lines'],
  businessKey: 'the ID of the document in the reference column of the journal',
  options: [
    {
      name: 'postedChange',
      type: 'choice',
      label: 'Changed after posting',
      help: 'A journal that is posted cannot be changed. What changed afterwards parks, or the journal is taken back by one with the opposite lines, and entered anew.',
      default: 'park',
      choices: [
        { value: 'park', label: 'park' },
        { value: 'reverse', label: 'reverse it and enter it anew' },
      ],
    },
    {
      name: 'undo',
      type: 'choice',
      label: 'What cannot be completed',
      help: 'A journal that Epicor does not take whole parks. What is there of it stays for a person, who is told what to undo, or is deleted.',
      default: 'delete',
      choices: [
        { value: 'delete', label: 'delete it' },
        { value: 'tell', label: 'leave it and say what to undo' },
      ],
    },
    {
      name: 'checkAccounts',
      type: 'boolean',
      label: 'Look up accounts',
      help: 'Park what names an account that is not in the chart of accounts or not active. Switch off only where Epicor makes account combinations by itself; EPICOR_COA must be set then.',
      default: true,
    },
  ],
};

/**
 * Reads a document of `create-gl-journal`. Lines of nothing are left out.
 * @throws RecordOutcome (park, `amounts-differ`) when debits and credits do not balance
 */
export function journalOf(document: JsonObject): Journal {
  const rows = Array.isArray(document['lines']) ? document['lines'] : [];
  const lines = rows
    .map(asRow)
    .filter((row) => row !== undefined)
    .map((row) => ({
      amount: decimalIn(row, 'amount') ?? '0',
      glAccount: textIn(row, 'glAccount') ?? '',
      coa: textIn(row, 'coa'),
      description: textIn(row, 'description'),
      vendorNum: integerIn(row, 'vendorNum'),
    }))
    .filter(({ amount }) => !equal(amount, '0'));
  const balance = sumOf(lines.map(({ amount }) => amount));
  if (!equal(balance, '0')) {
    throw new RecordOutcome('park', 'amounts-differ', {
      message: `Debits and credits of the journal differ by ${balance}.`,
      balance,
    });
  }
  return {
    documentId: textIn(document, 'documentId') ?? '',
    date: dateIn(document, 'date') ?? '',
    currency: textIn(document, 'currency') ?? '',
    description: textIn(document, 'description') ?? '',
    lines,
  };
}
