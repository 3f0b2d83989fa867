import { createHash } from 'node:crypto';
import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationDeclaration } from '../../../runtime/connector/manifest';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { flagIn, textIn, withNewColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { findRows } from '../find-rows';
import { callMethod } from '../methods';
import { vendorTable } from '../tables';
import { asOutcome, hasCode, stillWorking } from '../troubles';

const longestCode = 8;
/** Codes that are tried, should others have them. */
const mostCodes = 5;
/** Column that keeps the ID of the vendor in the system it comes from. */
const idColumn = 'ExternalId';

const optionalText = (maxLength: number): JsonObject => ({ type: ['string', 'null'], maxLength });

export const createVendor: OperationDeclaration = {
  title: 'Create a vendor',
  help: 'Makes a vendor of another system in Epicor, once. It is looked for before: by the ID it has over there, then by its tax ID; where Epicor has an active vendor of the same name, a person decides. The code is made from the name and the ID. The result is the number and the code, joined by a bar.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['documentId', 'name'],
    properties: {
      documentId: {
        type: 'string',
        minLength: 1,
        maxLength: 50,
        description: 'ID of the vendor in the system it comes from. Kept in the external ID of the vendor.',
      },
      name: { type: 'string', minLength: 1, maxLength: 50 },
      taxId: { ...optionalText(20), description: 'As in Epicor, punctuation included.' },
      email: optionalText(50),
      currency: { ...optionalText(4), description: "The company's when absent." },
      termsCode: optionalText(4),
      groupCode: { ...optionalText(4), description: 'Vendor group.' },
    },
  },
  effect: 'act',
  material: ['documentId'],
  businessKey: 'the ID of the vendor in the system it comes from',
  options: [],
};

/** Makes vendors that were born in another system. */
export function createVendorOperation(connection: EpicorConnection): Operation {
  return {
    businessKey: (document) => `vendor ${textIn(document, 'documentId') ?? ''}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: async (document, context) => {
      try {
        return await create(connection, document, context);
      } catch (error) {
        throw asOutcome(error);
      }
    },
  };
}

async function lookUp(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const own = await ownVendor(connection, document, context);
  if (own) return usable(own);
  if (context.resolving === true) return { found: 'absent' };
  const taxId = textIn(document, 'taxId')?.trim();
  const [sameTax, ...others] = taxId ? await vendorsWith(connection, context, 'TaxPayerID', taxId) : [];
  if (sameTax && others.length === 0) return { ...usable(sameTax), adopted: true } as LookUp;
  const alike = sameTax
    ? [sameTax, ...others]
    : await vendorsWith(connection, context, 'Name', textIn(document, 'name')?.trim() ?? '');
  if (alike.length === 0) return { found: 'absent' };
  const message = `Epicor has ${alike.length > 1 ? `${alike.length} vendors` : 'a vendor'} with the same ${sameTax ? 'tax ID' : 'name'}: link it in the other system, and replay.`;
  return {
    found: 'conflict',
    reason: 'vendor-not-linked',
    detail: { message, vendor: textIn(document, 'name') ?? '', candidates: alike.map(described) },
  };
}

/** The vendor that was made for this document, under whatever code. */
async function ownVendor(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<JsonObject | undefined> {
  const documentId = textIn(document, 'documentId') ?? '';
  const [own] = await vendorsWith(connection, context, idColumn, documentId);
  return own;
}

async function create(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  for (let nth = 0; nth < mostCodes; nth++) {
    const code = codeOf(document, nth);
    const [there] = await vendorsWith(connection, context, 'VendorID', code);
    // Two documents of one new vendor come at the same time: the other one has just made it.
    if (there && isOf(document, there)) return effectOf(there);
    if (there) continue;
    const isTaken = await enter(connection, document, code, context);
    const [made] = await vendorsWith(connection, context, 'VendorID', code);
    if (made && isOf(document, made)) return effectOf(made);
    if (!made && !isTaken) {
      throw stillWorking('find-vendors', `Vendor ${code} was saved, and cannot be read yet.`, 5_000);
    }
  }
  throw new RecordOutcome('park', 'vendor-not-linked', {
    message: `No code for the vendor ${textIn(document, 'name')} is free in Epicor: enter it there by hand.`,
  });
}

/** @returns whether somebody has the code already */
async function enter(
  connection: EpicorConnection,
  document: JsonObject,
  code: string,
  { calls }: OperationContext,
): Promise<boolean> {
  const { service, table } = vendorTable;
  const fresh = await callMethod(connection, calls, {
    service,
    method: 'GetNewVendor',
    parameters: { ds: {} },
    effect: 'read',
  });
  const dataset = withNewColumns(fresh.dataset, table, {
    Company: connection.company,
    VendorID: code,
    Name: textIn(document, 'name') ?? '',
    [idColumn]: textIn(document, 'documentId') ?? '',
    ...columnsOf(document),
    RowMod: 'A',
  });
  try {
    await callMethod(connection, calls, {
      service,
      method: 'Update',
      parameters: { ds: dataset },
      effect: 'once',
    });
    return false;
  } catch (error) {
    if (hasCode(error, errorCodes.duplicate)) return true;
    throw error;
  }
}

function columnsOf(document: JsonObject): JsonObject {
  const columns = {
    taxId: 'TaxPayerID',
    email: 'EMailAddress',
    currency: 'CurrencyCode',
    termsCode: 'TermsCode',
    groupCode: 'GroupCode',
  };
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, column]) => {
      const value = textIn(document, name)?.trim();
      return value ? [[column, value]] : [];
    }),
  );
}

/** A code that people can tell apart and that is the same for the same document: there is no sequence to draw from. */
function codeOf(document: JsonObject, nth: number): string {
  const documentId = textIn(document, 'documentId') ?? '';
  const digest = createHash('sha256').update(`${documentId}:${nth}`).digest();
  const tail = (digest.readUInt32BE(0) % 36 ** 4).toString(36).padStart(4, '0');
  const letters = (textIn(document, 'name') ?? '')
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return `${letters.slice(0, longestCode - tail.length)}${tail.toUpperCase()}`;
}

/** The code is made from the ID, so where a site keeps no external ID the same name under it is enough. */
function isOf(document: JsonObject, row: JsonObject): boolean {
  const kept = textIn(row, idColumn);
  return kept === undefined
    ? textIn(row, 'Name') === textIn(document, 'name')
    : kept === textIn(document, 'documentId');
}

function vendorsWith(
  connection: EpicorConnection,
  { calls }: OperationContext,
  column: string,
  value: string,
): Promise<readonly JsonObject[]> {
  return findRows(connection, calls, {
    name: 'find-vendors',
    table: vendorTable,
    conditions: [equals(column, value)],
    columns: ['VendorID', 'Name', 'TaxPayerID', 'Inactive', idColumn],
  });
}

function usable(row: JsonObject): LookUp {
  if (flagIn(row, 'Inactive') !== true) return { found: 'present', ...effectOf(row) };
  const vendor = textIn(row, 'VendorID') ?? '';
  return {
    found: 'conflict',
    reason: 'vendor-inactive',
    detail: { message: `Vendor ${vendor} is inactive in Epicor.`, vendor },
  };
}

function effectOf(row: JsonObject): Effect {
  const code = textIn(row, 'VendorID') ?? '';
  return { ref: `${textIn(row, 'VendorNum') ?? ''}|${code}`, attributes: { code } };
}

function described(row: JsonObject): JsonObject {
  return {
    vendorNum: textIn(row, 'VendorNum') ?? '',
    erp_reference_id: textIn(row, 'VendorID') ?? '',
    name: textIn(row, 'Name') ?? '',
    ...(flagIn(row, 'Inactive') === true ? { inactive: true } : {}),
  };
}
