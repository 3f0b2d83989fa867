import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { getByKeys, put } from '../api';
import type { AcumaticaConnection } from '../connection';
import { asOutcome, parked } from '../troubles';
import { textAt } from '../values';
import { paymentId } from './payment-schema';

const descriptionLength = 512;

export const noteOnBill: OperationDeclaration = {
  title: 'Note a payment on a bill',
  help: 'Writes a line about a payment into the note or the description of the bill, instead of a payment in the ledger. A line for each payment; what others wrote stays.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['referenceNbr', 'paymentId', 'text'],
    properties: {
      type: { type: ['string', 'null'], description: 'Type of the document; Bill when absent.' },
      referenceNbr: { type: 'string', minLength: 1, maxLength: 15 },
      paymentId,
      text: { type: 'string', minLength: 1, maxLength: 400, description: 'How, when and how much was paid.' },
    },
  },
  effect: 'act',
  businessKey: "the bill, and in its note the payer's payment ID",
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

/** Tells a bill about its payment in words. */
export function noteOnBillOperation(connection: AcumaticaConnection): Operation {
  return {
    businessKey: (document) => `note of payment ${textAt(document, 'paymentId')} on ${refOf(document)}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: async (document, context) => {
      try {
        return await write(connection, document, context);
      } catch (error) {
        throw asOutcome(error);
      }
    },
  };
}

async function lookUp(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const place = placeOf(context);
  const bill = await readBill(connection, document, context);
  const ref = refOf(document);
  if (!bill) {
    const message = `There is no ${ref} in tenant ${connection.tenant}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message } };
  }
  const isThere = partsOf(bill, place).includes(lineOf(document));
  return isThere ? { found: 'present', ref } : { found: 'absent' };
}

/** The whole text is written anew, so that writing it twice makes no difference; lines of the bill are not sent. */
async function write(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const place = placeOf(context);
  const ref = refOf(document);
  const bill = await readBill(connection, document, context);
  if (!bill) throw parked('not-ours', `There is no ${ref} in tenant ${connection.tenant}.`);
  const marker = `${textAt(document, 'paymentId')}: `;
  const others = partsOf(bill, place).filter((part) => !part.startsWith(marker));
  const text = [...others, lineOf(document)].join(place.separator);
  if (place.field === 'Description' && text.length > descriptionLength) {
    throw parked(
      'rejected-by-target',
      `The description of ${ref} has no room for this payment. Choose the note.`,
    );
  }
  await put(connection, context, {
    name: 'note-on-bill',
    entity: 'Bill',
    fields: { ...keysOf(document), [place.field]: text },
    match: 'existing',
    effect: 'idempotent',
  });
  const after = await readBill(connection, document, context);
  if (after && partsOf(after, place).includes(lineOf(document))) return { ref };
  throw parked(
    'rejected-by-target',
    `Acumatica left the ${place.field === 'note' ? 'note' : 'description'} of ${ref} as it was.`,
  );
}

function readBill(
  connection: AcumaticaConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<JsonObject | undefined> {
  return getByKeys(connection, context, 'find-bill', { entity: 'Bill', keys: keysOf(document) });
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

function lineOf(document: JsonObject): string {
  const text = (textAt(document, 'text') ?? '').replace(/\s+/g, ' ').replaceAll(' | ', ' / ').trim();
  return `${textAt(document, 'paymentId')}: ${text}`;
}

function keysOf(document: JsonObject): { readonly Type: string; readonly ReferenceNbr: string } {
  return {
    Type: textAt(document, 'type') ?? 'Bill',
    ReferenceNbr: textAt(document, 'referenceNbr') ?? '',
  };
}

function refOf(document: JsonObject): string {
  const { Type, ReferenceNbr } = keysOf(document);
  return `${Type}|${ReferenceNbr}`;
}
