import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { getByKeys, put } from '../api';
import type { AcumaticaConnection } from '../connection';
import { asOutcome, parked } from '../troubles';
import { rowsAt, textAt } from '../values';
import { paymentId } from './payment-schema';

const descriptionLength = 512;

export const noteOnBill: OperationDeclaration = {
  title: 'Note a payment on its bills',
  help: 'Writes a line about a payment into the note or the description of each bill that it pays, instead of a payment in the ledger. A line for each payment, replaced when its words change; what others wrote stays.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['paymentId', 'bills'],
    properties: {
      paymentId,
      bills: {
        type: 'array',
        minItems: 1,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['referenceNbr', 'text'],
          properties: {
            type: { type: ['string', 'null'], description: 'Type of the document; Bill when absent.' },
            referenceNbr: { type: 'string', minLength: 1, maxLength: 15 },
            text: {
              type: 'string',
              minLength: 1,
              maxLength: 400,
              description: 'How, when and how much was paid.',
            },
          },
        },
      },
    },
  },
  effect: 'put',
  businessKey: "the payer's payment ID, at the beginning of a line in the notes of the bills",
  options: [
    {
      name: 'field',
      type: 'choice',
      label: 'Written into',
      help: 'Acumatica may not let the description of a released bill be changed; the note is always free.',
      default: 'note',
      choices: [
        { value: 'note', label: 'note' },
        { value: 'description', label: 'description' },
      ],
    },
  ],
};

interface Place {
  /** Name of the field on the bill. */
  readonly field: 'note' | 'Description';
  /** Between the lines of several payments. */
  readonly separator: string;
}

/** A bill, and what it is to say about the payment. */
interface Note {
  readonly keys: { readonly Type: string; readonly ReferenceNbr: string };
  readonly name: string;
  /** What the payment's line begins with. */
  readonly marker: string;
  readonly line: string;
}

/** Tells bills about their payment in words. */
export function noteOnBillOperation(connection: AcumaticaConnection): Operation {
  const run = (document: JsonObject, context: OperationContext) =>
    writeAll(connection, document, context).catch((error: unknown) => {
      throw asOutcome(error);
    });
  return {
    businessKey: (document) => `note of payment ${textAt(document, 'paymentId') ?? ''}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: run,
    resume: (_partial, document, context) => run(document, context),
    update: (_ref, document, _previous, context) => run(document, context),
  };
}

async function lookUp(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const place = placeOf(context);
  const { ref } = effectOf(document);
  const notes = notesOf(document);
  const missing: string[] = [];
  for (const note of notes) {
    const bill = await readBill(connection, note, context);
    if (!bill) {
      const message = `There is no ${note.name} in tenant ${connection.tenant}.`;
      return { found: 'conflict', reason: 'not-ours', detail: { message } };
    }
    const parts = partsOf(bill, place);
    if (parts.includes(note.line)) continue;
    missing.push(note.name);
    const other = parts.find((part) => part.startsWith(note.marker));
    if (other === undefined || context.resolving) continue;
    const message = `${note.name} says something else of this payment: ${other}`;
    return { found: 'conflict', reason: 'number-in-use', detail: { message, ours: note.line } };
  }
  if (missing.length === 0) return { found: 'present', ref };
  if (missing.length === notes.length) return { found: 'absent' };
  return { found: 'partial', ref, missing: `the note on ${missing.join(', ')}` };
}

async function writeAll(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  for (const note of notesOf(document)) await write(connection, note, context);
  return effectOf(document);
}

/** The whole text is written anew, so that writing it twice makes no difference; lines of the bill are not sent. */
async function write(connection: AcumaticaConnection, note: Note, context: OperationContext): Promise<void> {
  const place = placeOf(context);
  const bill = await readBill(connection, note, context);
  if (!bill) throw parked('not-ours', `There is no ${note.name} in tenant ${connection.tenant}.`);
  const before = partsOf(bill, place);
  if (before.includes(note.line)) return;
  const others = before.filter((part) => !part.startsWith(note.marker));
  const text = [...others, note.line].join(place.separator);
  if (place.field === 'Description' && text.length > descriptionLength) {
    throw parked(
      'rejected-by-target',
      `The description of ${note.name} has no room for this payment. Choose the note.`,
    );
  }
  await put(connection, context, {
    name: 'note-on-bill',
    entity: 'Bill',
    fields: { ...note.keys, [place.field]: text },
    match: 'existing',
    effect: 'idempotent',
  });
  const after = await readBill(connection, note, context);
  if (after && partsOf(after, place).includes(note.line)) return;
  throw parked(
    'rejected-by-target',
    `Acumatica left the ${place.field === 'note' ? 'note' : 'description'} of ${note.name} as it was.`,
  );
}

function readBill(
  connection: AcumaticaConnection,
  { keys }: Note,
  context: OperationContext,
): Promise<JsonObject | undefined> {
  return getByKeys(connection, context, 'find-bill', { entity: 'Bill', keys });
}

function placeOf({ options }: OperationContext): Place {
  return options['field'] === 'description'
    ? { field: 'Description', separator: ' | ' }
    : { field: 'note', separator: '\n' };
}

function partsOf(bill: JsonObject, { field, separator }: Place): string[] {
  const text = (textAt(bill, field) ?? '').replaceAll('\r\n', '\n');
  return text === '' ? [] : text.split(separator);
}

/** One note for each bill; several parts of one bill are told in one line. */
function notesOf(document: JsonObject): Note[] {
  const id = textAt(document, 'paymentId') ?? '';
  const byBill = Map.groupBy(rowsAt(document, 'bills'), (bill) => {
    return `${textAt(bill, 'type') ?? 'Bill'}|${textAt(bill, 'referenceNbr') ?? ''}`;
  });
  return [...byBill].map(([key, parts]) => {
    const [Type = '', ReferenceNbr = ''] = key.split('|');
    const marker = `${id}: `;
    const text = parts.map((part) => oneLine(textAt(part, 'text') ?? '')).join('; ');
    return { keys: { Type, ReferenceNbr }, name: `${Type} ${ReferenceNbr}`, marker, line: marker + text };
  });
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll(' | ', ' / ').trim();
}

function effectOf(document: JsonObject): Effect {
  return { ref: `Note|${textAt(document, 'paymentId') ?? ''}` };
}
