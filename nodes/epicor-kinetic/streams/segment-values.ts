import type { FieldDeclaration, StreamDeclaration } from '../../../runtime/connector/manifest';
import { day, flag, integer, rowSchema, text } from '../columns';
import { equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { readOptionFields } from '../read-options';
import { streamReader } from '../stream-reader';
import { segmentValueTable } from '../tables';

const valueRow = rowSchema({
  Company: text(),
  COACode: text('Chart of accounts.'),
  SegmentNbr: integer('Which segment of the account; 1 is the natural account.'),
  SegmentCode: text('The value: a department, cost center, division.'),
  SegmentName: text(),
  SegmentDesc: text(),
  SegmentAbbrev: text(),
  ActiveFlag: flag(),
  EffectiveFrom: day(),
  EffectiveTo: day(),
  Category: text(),
  NormalBalance: text('D debit, C credit; of natural accounts.'),
  RefEntityType: text(),
});

const segment: FieldDeclaration = {
  name: 'segment',
  type: 'integer',
  label: 'Segment',
  help: 'Number of the account segment whose values are read, for example the one of cost centers. Empty: all.',
  minimum: 1,
  maximum: 20,
};

export const segmentValues: StreamDeclaration = {
  title: 'Segment values',
  help: 'Values of the account segments: cost centers, departments and other dimensions, inactive ones included.',
  row: valueRow,
  key: ['COACode', 'SegmentNbr', 'SegmentCode'],
  cursor: { strategy: 'row-version', precision: 'row-version', ordered: true },
  deletes: 'status-flag',
  detail: false,
  options: [segment, ...readOptionFields()],
};

export function segmentValueReader(connection: EpicorConnection) {
  const { coa } = connection;
  return streamReader(connection, {
    callName: 'list-segment-values',
    table: segmentValueTable,
    schema: valueRow,
    conditions: coa === undefined ? [] : [equals('COACode', coa)],
    chosen: ({ segment }) => {
      const number = Number(segment);
      return Number.isSafeInteger(number) && number > 0 ? [equals('SegmentNbr', number)] : [];
    },
  });
}
