import { isObject, type Wire, type WireObject } from '../http/exact-json';
import { compared, isZero } from '../money';
import { checkBill, checkBillChange, linesOf, needClassifications, wholeOf } from './bill-body';
import { type BillAnswer, type BillCall, type BillRoute, created, listed, ok } from './handler';
import { commonFields, EQUALITY, type ListSpec, readPage } from './list-query';
import { type Organization, timeText } from './organization';
import type { BillRecord } from './records';
import { invalid, noData, refuse } from './refusal';
import { billPaymentStatus, dueAmount, showBill, vendorName } from './show';
import type { BillSwitches } from './switches';

function spec(switches: BillSwitches): ListSpec<BillRecord> {
  const ordered = ['gt', 'gte', 'lt', 'lte'];
  const number = switches.invoiceNumberFilter;
  return {
    name: 'bills',
    fields: {
      ...commonFields<BillRecord>(),
      vendorId: { type: 'text', ops: ['eq', 'in'], read: (row) => row.vendorId },
      dueDate: { type: 'date', ops: ordered, read: (row) => row.dueDate },
      paymentStatus: { type: 'text', ops: ['eq', 'ne', 'in'], read: billPaymentStatus },
      payFromChartOfAccountId: {
        type: 'text',
        ops: EQUALITY,
        read: (row) => String(row.data['payFromChartOfAccountId'] ?? ''),
      },
      ...(number === undefined ? {} : { [number]: { type: 'text', ops: ['eq'], read: (row) => row.number } }),
    },
    sortable: ['createdTime', 'updatedTime', 'dueDate', 'id'],
  };
}

function billOf(call: BillCall): BillRecord {
  const row = call.organization.bills.get(call.id);
  if (row === undefined) throw noData(call.id);
  return row;
}

function payloadOf(organization: Organization, row: BillRecord): WireObject {
  const shown = showBill(organization, row);
  const members = [
    'id',
    'vendorId',
    'amount',
    'createdBy',
    'archived',
    'description',
    'dueDate',
    'paymentStatus',
  ];
  const optional = ['payFromChartOfAccountId', 'classifications', 'purchaseOrderNumber'];
  const payload: WireObject = {};
  for (const name of [...members, ...optional]) {
    const value = shown[name];
    if (value !== undefined) payload[name] = value;
  }
  return {
    ...payload,
    vendorName: vendorName(organization, row.vendorId),
    invoice: { invoiceNumber: row.number, invoiceDate: `${row.invoiceDate}T00:00:00.000Z` },
    createdTime: timeText(row.created),
    updatedTime: timeText(row.updated),
  };
}

function tell(organization: Organization, row: BillRecord, type: string): void {
  organization.tell({ type, entity: 'bill', entityId: row.id, payload: payloadOf(organization, row) });
}

/** Members that are stored as given and shown again. */
function otherMembers(body: WireObject): WireObject {
  const kept: WireObject = {};
  for (const name of ['description', 'classifications', 'payFromChartOfAccountId', 'purchaseOrderNumber']) {
    const value = body[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

function needFreeNumber(
  organization: Organization,
  body: WireObject,
  vendorId: string,
  number: string,
  own?: BillRecord,
): void {
  const said = body['allowDuplicateInvoiceNumber'];
  const allowed = typeof said === 'boolean' ? said : organization.switches.duplicateByDefault === 'allow';
  if (allowed) return;
  const other = organization.bills.inGroup(vendorId).find((bill) => bill !== own && bill.number === number);
  if (other !== undefined)
    throw refuse(422, 'BDC_1171', `Bill with invoice number ${number} already exists.`);
}

/** Makes a bill of a checked body. */
export function addBill(organization: Organization, body: WireObject): BillRecord {
  const vendorId = String(body['vendorId']);
  const vendor = organization.vendors.get(vendorId);
  if (vendor === undefined) throw invalid(`vendorId: ${vendorId} does not exist`);
  if (vendor.archived) throw invalid(`vendorId: ${vendorId} is archived`);
  const invoice = isObject(body['invoice']) ? body['invoice'] : {};
  const number = String(invoice['invoiceNumber']);
  needFreeNumber(organization, body, vendorId, number);
  needClassifications(organization, body['classifications'], 'classifications');
  const lines = linesOf(organization, body['billLineItems'], [], 'billLineItems');
  const amount = wholeOf(lines, 'billLineItems');
  const from = organization.switches.approvalFrom;
  const row: BillRecord = {
    ...organization.begin('00n'),
    vendorId,
    number,
    invoiceDate: String(invoice['invoiceDate']),
    dueDate: String(body['dueDate']),
    lines,
    data: otherMembers(body),
    amount,
    scheduled: '0.00',
    paid: '0.00',
    credited: '0.00',
    inProcess: false,
    approvalStatus: from !== undefined && compared(amount, from) >= 0 ? 'ASSIGNED' : 'UNASSIGNED',
  };
  organization.bills.add(row);
  tell(organization, row, 'bill.created');
  return row;
}

/** Money has moved, or is about to: the bill can no longer be changed. */
function needUntouched(organization: Organization, row: BillRecord, what: string): void {
  if (!isZero(row.scheduled) || !isZero(row.paid) || !isZero(row.credited)) {
    throw refuse(422, 'BDC_1143', `Bill with a scheduled or made payment cannot be ${what}.`);
  }
  if (
    organization.switches.editsAfterApproval === 'refuse' &&
    ['APPROVING', 'APPROVED'].includes(row.approvalStatus)
  ) {
    throw refuse(422, 'BDC_1143', `Bill in approval cannot be ${what}.`);
  }
}

function change(call: BillCall, body: WireObject, whole: boolean): BillAnswer {
  const { organization } = call;
  const row = billOf(call);
  needUntouched(organization, row, 'changed');
  if (body['vendorId'] !== undefined && body['vendorId'] !== row.vendorId) {
    throw invalid('vendorId: the vendor of a bill cannot be changed');
  }
  const invoice = isObject(body['invoice']) ? body['invoice'] : {};
  const number = String(invoice['invoiceNumber'] ?? row.number);
  if (number !== row.number) needFreeNumber(organization, body, row.vendorId, number, row);
  needClassifications(organization, body['classifications'], 'classifications');
  const lines = changedLines(organization, row, body['billLineItems'], whole);
  const amount = wholeOf(lines, 'billLineItems');
  row.number = number;
  row.invoiceDate = String(invoice['invoiceDate'] ?? row.invoiceDate);
  row.dueDate = String(body['dueDate'] ?? row.dueDate);
  row.lines = lines;
  row.amount = amount;
  row.data = whole ? otherMembers(body) : { ...row.data, ...otherMembers(body) };
  organization.touch(organization.bills, row);
  tell(organization, row, 'bill.updated');
  return ok(showBill(organization, row));
}

/** A replacement drops lines it does not name; a partial change leaves them, and adds those without an id. */
function changedLines(
  organization: Organization,
  row: BillRecord,
  sent: Wire | undefined,
  whole: boolean,
): BillRecord['lines'] {
  if (sent === undefined) return row.lines;
  const given = linesOf(organization, sent, row.lines, 'billLineItems');
  if (whole) return given;
  const kept = row.lines.map((line) => given.find((each) => each.id === line.id) ?? line);
  return [...kept, ...given.filter((line) => !row.lines.some((each) => each.id === line.id))];
}

function setArchived(archived: boolean): (call: BillCall) => BillAnswer {
  return (call) => {
    const row = billOf(call);
    if (row.archived !== archived) {
      if (archived) needUntouched(call.organization, row, 'archived');
      row.archived = archived;
      call.organization.touch(call.organization.bills, row);
      tell(call.organization, row, archived ? 'bill.archived' : 'bill.restored');
    }
    return ok(showBill(call.organization, row));
  };
}

/** Whether a bill can be paid: live, with something due that no payment holds yet, and approved where that is asked for. */
export function isPayable(row: BillRecord): boolean {
  const approved = row.approvalStatus === 'UNASSIGNED' || row.approvalStatus === 'APPROVED';
  return !row.archived && approved && compared(dueAmount(row), row.scheduled) > 0;
}

export const BILL_ROUTES: readonly BillRoute[] = [
  {
    method: 'get',
    path: '/v3/bills',
    run: ({ organization, query }) => {
      const { switches, clock, bills } = organization;
      const page = readPage(spec(switches), bills, query, switches, clock.now());
      return listed({ ...page, rows: page.rows.map((row) => showBill(organization, row)) });
    },
  },
  {
    method: 'post',
    path: '/v3/bills',
    run: ({ organization, body }) => {
      const row = addBill(organization, checkBill(organization, body));
      return created(showBill(organization, row));
    },
  },
  {
    method: 'post',
    path: '/v3/bills/bulk',
    run: ({ organization, body }) => {
      if (!Array.isArray(body) || body.length > 100)
        throw invalid('body: must be a list of at most 100 bills');
      const checked = body.map((each) => checkBill(organization, each));
      return created(checked.map((each) => showBill(organization, addBill(organization, each))));
    },
  },
  { method: 'get', path: '/v3/bills/:id', run: (call) => ok(showBill(call.organization, billOf(call))) },
  {
    method: 'put',
    path: '/v3/bills/:id',
    run: (call) => change(call, checkBill(call.organization, call.body), true),
  },
  {
    method: 'patch',
    path: '/v3/bills/:id',
    run: (call) => change(call, checkBillChange(call.organization, call.body), false),
  },
  { method: 'post', path: '/v3/bills/:id/archive', run: setArchived(true) },
  { method: 'post', path: '/v3/bills/:id/restore', run: setArchived(false) },
];
