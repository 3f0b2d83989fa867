import type { StreamDeclaration } from '../../../runtime/connector/manifest';
import { decimal, flag, integer, rowSchema, text } from '../columns';
import type { EpicorConnection } from '../connection';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { termsTable } from '../tables';

const termsRow = rowSchema({
  Company: text(),
  TermsCode: text(),
  Description: text(),
  TermsType: text(),
  DueDays: integer(),
  DiscountDays: integer(),
  DiscountPercent: decimal('Of older versions; newer ones keep discounts in a table of their own.'),
  NumberOfPayments: integer(),
  Monthly: flag(),
  DueOnDay: integer(),
  NumberOfMonths: integer(),
  NumberOfDays: integer(),
  MinimumDays: integer(),
});

export const paymentTerms: StreamDeclaration = {
  title: 'Payment terms',
  help: 'Terms of purchasing.',
  row: termsRow,
  key: ['TermsCode'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'never',
  detail: false,
  options: readOptionFields(),
};

export function paymentTermsReader(connection: EpicorConnection) {
  return streamReader(connection, { callName: 'list-payment-terms', table: termsTable, schema: termsRow });
}
