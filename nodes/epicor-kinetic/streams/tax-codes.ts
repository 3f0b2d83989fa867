import type { JsonObject } from '../../../runtime/connector/json';
import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import type { ReadContext } from '../../../runtime/connector/system';
import { conformed, day, decimal, flag, integer, listOf, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { asRow, rowsOf } from '../dataset';
import { getById } from '../get-by-id';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { taxTable } from '../tables';
import { tokensToText } from '../tokens';

const rate = rowSchema({
  RateCode: text(),
  Description: text(),
  DefaultRate: flag(),
  TaxPercent: decimal(),
  EffectiveFrom: day(),
});

const taxRow = rowSchema({
  Company: text(),
  TaxCode: text(),
  Description: text(),
  CollectionType: integer(),
  RateType: text(),
  Inactive: flag(),
  Rates: listOf(rate),
});

export const taxCodes: StreamDeclaration = {
  title: 'Tax codes',
  help: 'Tax types. Fetched whole, with their rates, just before they are mapped. A site without a service for them has none.',
  row: taxRow,
  key: ['TaxCode'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: true,
  options: readOptionFields(),
};

export function taxCodeReader(connection: EpicorConnection) {
  return streamReader(connection, {
    callName: 'list-tax-codes',
    table: taxTable,
    schema: taxRow,
    optional: true,
    get: (key, context) => readTaxCode(connection, key, context),
  });
}

async function readTaxCode(
  connection: EpicorConnection,
  taxCode: string,
  { calls }: ReadContext,
): Promise<JsonObject | undefined> {
  const found = await getById(connection, calls, taxTable, { taxCode }, { TaxCode: taxCode });
  if (!found) return undefined;
  const dataset = asRow(tokensToText(found.dataset)) ?? {};
  const head = asRow(tokensToText(found.head)) ?? {};
  return conformed({ ...head, Rates: [...rowsOf(dataset, 'SalesTRC')] }, taxRow);
}
