import { isDecimalText } from '../../../runtime/connector/decimal-text';
import { RecordOutcome } from '../../../runtime/connector/errors';
import type { Json, JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import type { EpicorConnection } from '../connection';
import { asRow, integerIn, textIn } from '../dataset';
import { errorCodes } from '../error-table';
import { type FoundDocument, getById } from '../get-by-id';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { isToken, numberToken, scalarText } from '../tokens';
import { asOutcome, hasCode } from '../troubles';

const customColumn = /^[A-Za-z][A-Za-z0-9_]*_c$/;

export const updateCustomFields: OperationDeclaration = {
  title: 'Update custom fields of an AP invoice',
  help: 'Sets columns of your own, whose names end in _c, on an AP invoice. The light way to show over here what happened over there.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['vendorNum', 'invoiceNum', 'fields'],
    properties: {
      vendorNum: { type: 'integer', minimum: 1 },
      invoiceNum: { type: 'string', minLength: 1, maxLength: 50 },
      fields: {
        type: 'object',
        minProperties: 1,
        description: 'Column to value, for example { "SentToBill_c": "00n01" }.',
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
      },
    },
  },
  effect: 'act',
  businessKey: 'vendor number and invoice number',
  options: [],
};

/** Sets named custom columns of an invoice; saying it again changes nothing. */
export function updateCustomFieldsOperation(connection: EpicorConnection): Operation {
  const set = async (document: JsonObject, context: OperationContext): Promise<Effect> => {
    try {
      return await write(connection, document, context);
    } catch (error) {
      if (!hasCode(error, errorCodes.staleRow)) throw asOutcome(error);
    }
    // Somebody saved the invoice in between: read again, set again, once.
    try {
      return await write(connection, document, context);
    } catch (error) {
      throw asOutcome(error);
    }
  };
  return {
    businessKey: (document) => `custom fields of ${nameOf(document)}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: set,
    update: (_ref, document, _previous, context) => set(document, context),
  };
}

async function lookUp(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const fields = fieldsOf(document);
  const found = await readInvoice(connection, document, context);
  if (!found) {
    const message = `There is no ${nameOf(document)} in company ${connection.company}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message }, absent: true };
  }
  return hasAll(found.head, fields) ? { found: 'present', ref: nameOf(document) } : { found: 'absent' };
}

async function write(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const fields = fieldsOf(document);
  const ref = nameOf(document);
  const found = await readInvoice(connection, document, context);
  if (!found) throw new RecordOutcome('park', 'not-ours', { message: `There is no ${ref}.` });
  const unknown = Object.keys(fields).filter((name) => !(name in found.head));
  if (unknown.length > 0) {
    throw new RecordOutcome('park', 'rejected-by-target', {
      message: `AP invoices have no column ${unknown.join(', ')}. Add it in Epicor and regenerate the data model.`,
    });
  }
  if (hasAll(found.head, fields)) return { ref };
  const values = Object.entries(fields).map(
    ([name, value]) => [name, typedLike(found.head[name], value)] as const,
  );
  const row = { ...found.head, ...Object.fromEntries(values), RowMod: 'U' };
  await callMethod(connection, context.calls, {
    service: invoiceTable.service,
    method: 'Update',
    parameters: { ds: { [invoiceTable.table]: [row] } },
    effect: 'once',
  });
  const after = await readInvoice(connection, document, context);
  if (after && hasAll(after.head, fields)) return { ref };
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: `Epicor said success, and ${ref} does not show the new values.`,
  });
}

function readInvoice(
  connection: EpicorConnection,
  document: JsonObject,
  { calls }: OperationContext,
): Promise<FoundDocument | undefined> {
  const vendorNum = integerIn(document, 'vendorNum') ?? 0;
  const invoiceNum = textIn(document, 'invoiceNum') ?? '';
  const key = { VendorNum: vendorNum, InvoiceNum: invoiceNum };
  return getById(connection, calls, invoiceTable, { vendorNum, invoiceNum }, key);
}

/** @throws RecordOutcome (park, `schema-failed`) when a name is not one of a custom column */
function fieldsOf(document: JsonObject): JsonObject {
  const fields = asRow(document['fields']) ?? {};
  const wrong = Object.keys(fields).filter((name) => !customColumn.test(name));
  if (wrong.length === 0) return fields;
  throw new RecordOutcome('park', 'schema-failed', {
    field: `fields.${wrong[0]}`,
    message: `${wrong.join(', ')}: only columns whose names end in _c can be set`,
  });
}

function hasAll(row: JsonObject, fields: JsonObject): boolean {
  return Object.entries(fields).every(([name, value]) => isSame(row[name], value));
}

function isSame(held: Json | undefined, wanted: Json): boolean {
  if (isBlank(wanted) && isBlank(held ?? null)) return true;
  if (isBlank(wanted) && (isNumber(held) || typeof held === 'boolean')) return isSame(held, blankLike(held));
  if (typeof wanted === 'boolean') return held === wanted || scalarText(held) === String(wanted);
  const heldText = scalarText(held) ?? '';
  const wantedText = scalarText(wanted) ?? '';
  if (heldText === wantedText) return true;
  if (isDecimalText(heldText) && isDecimalText(wantedText)) return equal(heldText, wantedText);
  // Dates come back with a time.
  return /^\d{4}-\d{2}-\d{2}$/.test(wantedText) && heldText.startsWith(`${wantedText}T`);
}

/** A number column takes a number, also where the flow has decimal text; nothing is zero there, and no in a flag. */
function typedLike(held: Json | undefined, wanted: Json): Json {
  if (isBlank(wanted)) return blankLike(held);
  return isNumber(held) && typeof wanted === 'string' && isDecimalText(wanted) ? numberToken(wanted) : wanted;
}

function blankLike(held: Json | undefined): Json {
  if (isNumber(held)) return 0;
  if (typeof held === 'boolean') return false;
  // A date has no empty text.
  return typeof held === 'string' && !/^\d{4}-\d{2}-\d{2}T/.test(held) ? '' : null;
}

function isNumber(held: Json | undefined): boolean {
  return typeof held === 'number' || isToken(held);
}

function isBlank(value: Json): boolean {
  return value === null || value === '';
}

function nameOf(document: JsonObject): string {
  return `invoice ${textIn(document, 'invoiceNum') ?? ''} of vendor ${textIn(document, 'vendorNum') ?? ''}`;
}
