import type { Wire, WireObject } from '../http/exact-json';
import { sum } from '../money';
import type { CodingRow, DocumentRecord } from './document-record';
import type { BaswareSwitches } from './switches';
import { amountToken, dateText, showWire, timeText } from './wire-style';

const KEPT_RESPONSES = 100;

/** A document as the API gives it; `lagging` shows the status that lists still have. */
export function showDocument(
  document: DocumentRecord,
  switches: BaswareSwitches,
  lagging: { readonly status: string; readonly lastUpdated: number } = document,
): WireObject {
  const { content } = document;
  const money = (text: string | undefined): Wire =>
    text === undefined ? null : amountToken(text, switches.numberStyle);
  const date = (text: string | undefined): Wire =>
    text === undefined ? null : dateText(text, switches.dateStyle);
  const orders = [...new Set(content.rows.flatMap((row) => row.order?.number ?? []))];
  const paid = document.paymentResponses.at(-1)?.body;
  const transferred = document.status === 'Transferred' || document.status === 'Paid';
  return showWire(
    withFurther(content.further, {
      invoiceId: document.invoiceId,
      processingStatus: lagging.status,
      p2pProcessingMode: document.mode,
      lastUpdated: timeText(lagging.lastUpdated, switches.dateStyle),
      originService: 1,
      companyCode: content.companyCode,
      companyName: `Company ${content.companyCode}`,
      organizationElementCode: content.companyCode,
      supplierCode: content.supplierCode,
      supplierName: content.supplierName,
      invoiceNumber: content.invoiceNumber,
      invoiceTypeCode: content.invoiceType,
      description: content.description ?? null,
      referenceNumber: content.referenceNumber ?? null,
      contractNumber: null,
      orderNumbers: orders,
      voucherNumber1: document.voucherNumber1 ?? null,
      voucherNumber2: null,
      invoiceDate: date(content.invoiceDate),
      dueDate: date(content.dueDate),
      voucherDate: date(content.voucherDate),
      cashDate: null,
      netSum: money(content.net),
      grossSum: money(content.gross),
      taxSum1: money(content.tax),
      taxCode: content.taxCode ?? null,
      currencyCode: content.currency,
      paymentTermCode: content.paymentTerm ?? null,
      paymentMethod: paid?.['paymentMethod'] ?? null,
      paymentBlock: content.paymentBlock ?? false,
      prebooked: false,
      codingRows: content.rows.map((row, index) => showRow(document, row, index, money)),
      invoiceLines: [],
      attachments: transferred && switches.attachments ? [showAttachment(document, switches)] : [],
      transferParameters: [],
      transferResponses: document.transferResponses
        .slice(-KEPT_RESPONSES)
        .map((response) => ({ ...response.body })),
      paymentResponses: document.paymentResponses
        .slice(-KEPT_RESPONSES)
        .map((response) => ({ ...response.body })),
      prebookResponses: [],
      enrichmentResponses: [],
    }),
    switches,
  );
}

/** Adds members for which P2P has nothing of its own to show. */
function withFurther(further: WireObject = {}, shown: WireObject): WireObject {
  const isUnset = (member: Wire | undefined) =>
    member === undefined || member === null || (Array.isArray(member) && member.length === 0);
  const added = Object.entries(further).filter(([name]) => isUnset(shown[name]));
  return { ...shown, ...Object.fromEntries(added) };
}

function showRow(
  document: DocumentRecord,
  row: CodingRow,
  index: number,
  money: (text: string | undefined) => Wire,
): WireObject {
  return withFurther(row.further, {
    externalCode: `${document.invoiceId.slice(0, 26)}${String(index).padStart(6, '0')}`,
    // Rows that coders took out leave gaps.
    rowIndex: index * 2 + 1,
    accountCode: row.account,
    accountName: `Account ${row.account}`,
    costCenterCode: row.costCenter ?? null,
    costCenterName: row.costCenter === undefined ? null : `Cost center ${row.costCenter}`,
    netTotal: money(row.net),
    grossTotal: money(sum([row.net, row.tax ?? '0'], Math.max(scaleIn(row.net), scaleIn(row.tax ?? '0')))),
    taxSum: money(row.tax ?? '0'),
    taxCode: row.taxCode ?? null,
    lastComment: row.comment ?? null,
    orderNumber: row.order?.number ?? null,
    orderLineNumber: row.order?.line ?? null,
    matchingType: row.order === undefined ? null : 0,
    dimCode1: row.dimension ?? null,
    dimName1: row.dimension === undefined ? null : `Division ${row.dimension}`,
  });
}

function scaleIn(amount: string): number {
  return amount.split('.')[1]?.length ?? 0;
}

/** The picture of a document that was transferred. */
export function attachmentCode(document: DocumentRecord): string {
  return `${document.invoiceId.slice(0, 28)}0a01`;
}

function showAttachment(document: DocumentRecord, switches: BaswareSwitches): WireObject {
  return {
    externalCode: attachmentCode(document),
    category: 'ORIGINALIMAGE',
    filename: `${document.content.invoiceNumber.replaceAll('/', '_')}.pdf`,
    isConfidential: false,
    creationTime: timeText(document.lastUpdated, switches.dateStyle),
  };
}
