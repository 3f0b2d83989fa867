import type { JsonObject } from '../../runtime/connector/json';
import { boolean, date, decimal, decimals, integer, numbered, object, text, texts } from './schema-parts';

/** Dimensions that come as a pair of code and name. */
const dimensions = [
  'project',
  'projectSub',
  'profitCenter',
  'businessUnit',
  'internalOrder',
  'employee',
  'vehicle',
  'salesOrder',
  'salesOrderSub',
  'customer',
  'accAssignmentCategory',
  'budget',
  'service',
  'businessArea',
  'product',
  'fixedAsset',
  'fixedAssetSub',
  'workOrder',
  'workOrderSub',
];

const amounts = ['netTotal', 'grossTotal', 'taxSum', 'taxSum2'].flatMap((name) => [
  name,
  `${name}Company`,
  `${name}Organization`,
]);

/** One row of the GL distribution. */
export const codingRow: JsonObject = object({
  ...texts(
    'externalCode accountCode accountName costCenterCode costCenterName taxCode taxJurisdictionCode lastComment',
    'orderNumber orderLineNumber orderItemNumber goodsReceiptNumber goodsReceiptItemNumber orderCodingRowNumber',
    'deliveryNoteNumber orderLineDescription orderLineUOM organizationElementCode organizationElementName',
    'plant functionalArea controllingArea commitmentItem materialGroup network networkActivity fiscalYear',
    'contractNumber text84 text85',
    ...dimensions.map((name) => `${name}Code ${name}Name`),
  ),
  rowIndex: integer,
  matchingType: integer,
  closeOrder: boolean,
  ...decimals(
    ...amounts,
    'taxPercent taxPercent2 matchedQuantity matchedNetSum matchedGrossSum allocatedQuantity',
    'orderedQuantity orderedNetPrice receivedQuantity',
  ),
  ...numbered('dimCode', 10, text),
  ...numbered('dimName', 10, text),
  ...numbered('num', 5, decimal),
  ...numbered('text', 5, text),
  ...numbered('date', 5, date),
});
