import { isObject, type WireObject } from '../http/exact-json';
import { isZero } from '../money';
import { LINE, linesOf, wholeOf } from './bill-body';
import { checkBody, date, type Field, list, object, partial, required, text } from './body-fields';
import { type BillCall, type BillRoute, created, listed, ok } from './handler';
import { commonFields, type ListSpec, readPage } from './list-query';
import type { Organization } from './organization';
import type { CreditRecord } from './records';
import { invalid, noData, refuse } from './refusal';
import { showCredit } from './show';

const CREDIT: Readonly<Record<string, Field>> = {
  vendorId: required(text({ min: 1 })),
  referenceNumber: required(text({ min: 1, max: 100 })),
  creditDate: required(date()),
  description: text({ max: 4000 }),
  vendorCreditLineItems: required(list(object(LINE), 1)),
};

const SPEC: ListSpec<CreditRecord> = {
  name: 'vendor-credits',
  fields: {
    ...commonFields<CreditRecord>(),
    vendorId: { type: 'text', ops: ['eq', 'in'], read: (row) => row.vendorId },
  },
  sortable: ['createdTime', 'updatedTime', 'id'],
};

function creditOf(call: BillCall): CreditRecord {
  const row = call.organization.credits.get(call.id);
  if (row === undefined) throw noData(call.id);
  return row;
}

/** Makes a vendor credit of a checked body. Its amounts are positive. */
export function addCredit(organization: Organization, body: WireObject): CreditRecord {
  const { vendorId: vendor, vendorCreditLineItems: sent, ...data } = body;
  const vendorId = String(vendor);
  if (organization.vendors.get(vendorId) === undefined) throw invalid(`vendorId: ${vendorId} does not exist`);
  const lines = linesOf(organization, sent, [], 'vendorCreditLineItems');
  const amount = wholeOf(lines, 'vendorCreditLineItems');
  const row: CreditRecord = {
    ...organization.begin('vcr'),
    vendorId,
    data,
    lines,
    amount,
    applied: '0.00',
    usage: [],
  };
  return organization.credits.add(row);
}

function setArchived(archived: boolean): BillRoute['run'] {
  return (call) => {
    const row = creditOf(call);
    if (archived && !isZero(row.applied))
      throw refuse(422, 'BDC_1143', 'An applied credit cannot be archived.');
    row.archived = archived;
    call.organization.touch(call.organization.credits, row);
    return ok(showCredit(call.organization, row));
  };
}

export const CREDIT_ROUTES: readonly BillRoute[] = [
  {
    method: 'get',
    path: '/v3/vendor-credits',
    run: ({ organization, query }) => {
      const page = readPage(
        SPEC,
        organization.credits,
        query,
        organization.switches,
        organization.clock.now(),
      );
      return listed({ ...page, rows: page.rows.map((row) => showCredit(organization, row)) });
    },
  },
  {
    method: 'post',
    path: '/v3/vendor-credits',
    run: ({ organization, body }) =>
      created(
        showCredit(organization, addCredit(organization, checkBody(body, CREDIT, organization.switches))),
      ),
  },
  {
    method: 'get',
    path: '/v3/vendor-credits/:id',
    run: (call) => ok(showCredit(call.organization, creditOf(call))),
  },
  {
    method: 'patch',
    path: '/v3/vendor-credits/:id',
    run: (call) => {
      const row = creditOf(call);
      const body = checkBody(call.body, partial(CREDIT), call.organization.switches);
      if (!isZero(row.applied)) throw refuse(422, 'BDC_1143', 'An applied credit cannot be changed.');
      const { vendorId, vendorCreditLineItems: sent, ...data } = body;
      if (vendorId !== undefined && vendorId !== row.vendorId) throw invalid('vendorId: cannot be changed');
      if (Array.isArray(sent) && sent.every(isObject)) {
        row.lines = linesOf(call.organization, sent, row.lines, 'vendorCreditLineItems');
        row.amount = wholeOf(row.lines, 'vendorCreditLineItems');
      }
      row.data = { ...row.data, ...data };
      call.organization.touch(call.organization.credits, row);
      return ok(showCredit(call.organization, row));
    },
  },
  { method: 'post', path: '/v3/vendor-credits/:id/archive', run: setArchived(true) },
  { method: 'post', path: '/v3/vendor-credits/:id/restore', run: setArchived(false) },
];
