import type { WireObject } from '../http/exact-json';
import { isObject } from '../http/exact-json';
import {
  anything,
  checkBody,
  type Field,
  flag,
  number,
  object,
  partial,
  required,
  text,
} from './body-fields';
import { type BillAnswer, type BillCall, type BillRoute, created, listed, ok } from './handler';
import { commonFields, type ListSpec, readPage } from './list-query';
import type { Organization } from './organization';
import type { VendorRecord } from './records';
import { invalid, noData } from './refusal';
import { showThinVendor, showVendor } from './show';

const ADDRESS: Readonly<Record<string, Field>> = {
  line1: required(text({ min: 1, max: 100 })),
  line2: text({ max: 100 }),
  line3: text({ max: 100 }),
  city: required(text({ min: 1, max: 100 })),
  stateOrProvince: text({ max: 50 }),
  zipOrPostalCode: required(text({ min: 1, max: 20 })),
  country: required(text({ pattern: /^[A-Z]{2}$/ })),
};

const VENDOR: Readonly<Record<string, Field>> = {
  name: required(text({ min: 1, max: 100 })),
  shortName: text({ max: 40 }),
  accountNumber: text({ max: 100 }),
  accountType: text({ values: ['BUSINESS', 'PERSON', 'NONE'] }),
  email: text({ pattern: /^[^@\s]+@[^@\s]+$/ }),
  phone: text({ max: 30 }),
  address: required(object(ADDRESS)),
  paymentInformation: object({
    payeeName: text({ max: 100 }),
    email: text(),
    payByType: text(),
    bankAccount: anything(),
    virtualCard: anything(),
    paymentPurpose: anything(),
  }),
  additionalInfo: object({
    taxId: text(),
    taxIdType: text({ values: ['EIN', 'SSN', 'UNDEFINED'] }),
    track1099: flag(),
    leadTimeInDays: number(),
    combinePayments: flag(),
    paymentTermId: text(),
    companyName: text(),
  }),
  billCurrency: text({ pattern: /^[A-Z]{3}$/ }),
  autoPay: anything(),
};

const SPEC: ListSpec<VendorRecord> = {
  name: 'vendors',
  fields: {
    ...commonFields<VendorRecord>(),
    name: { type: 'text', ops: ['eq', 'sw'], read: (row) => String(row.data['name'] ?? '') },
    accountType: {
      type: 'text',
      ops: ['eq', 'ne', 'in', 'nin'],
      read: (row) => String(row.data['accountType'] ?? ''),
    },
    billCurrency: {
      type: 'text',
      ops: ['eq', 'ne', 'in', 'nin'],
      read: (row) => String(row.data['billCurrency'] ?? ''),
    },
  },
  sortable: ['createdTime', 'updatedTime', 'name', 'id'],
};

function vendorOf(call: BillCall): VendorRecord {
  const row = call.organization.vendors.get(call.id);
  if (row === undefined) throw noData(call.id);
  return row;
}

/** Stores a vendor. Two alike give two vendors: nothing looks for duplicates. */
export function addVendor(organization: Organization, data: WireObject): VendorRecord {
  const row: VendorRecord = { ...organization.begin('009'), data: { billCurrency: 'USD', ...data } };
  organization.vendors.add(row);
  tell(organization, row, 'vendor.created');
  return row;
}

function tell(organization: Organization, row: VendorRecord, type: string): void {
  organization.tell({ type, entity: 'vendor', entityId: row.id, payload: showVendor(row) });
}

/** Members of `change` over those of `before`; objects are merged, lists replaced. */
export function merged(before: WireObject, change: WireObject): WireObject {
  const result: WireObject = { ...before };
  for (const [name, value] of Object.entries(change)) {
    const old = result[name];
    result[name] = isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result;
}

function patch(call: BillCall): BillAnswer {
  const row = vendorOf(call);
  const nested = { ...VENDOR, address: object(partial(ADDRESS)) };
  const change = checkBody(call.body, partial(nested), call.organization.switches);
  const payment = change['paymentInformation'];
  if (isObject(payment) && payment['bankAccount'] !== undefined) {
    throw invalid('paymentInformation.bankAccount: cannot be changed here');
  }
  row.data = merged(row.data, change);
  call.organization.touch(call.organization.vendors, row);
  tell(call.organization, row, 'vendor.updated');
  return ok(showVendor(row));
}

function setArchived(archived: boolean): (call: BillCall) => BillAnswer {
  return (call) => {
    const row = vendorOf(call);
    if (row.archived !== archived) {
      row.archived = archived;
      call.organization.touch(call.organization.vendors, row);
      tell(call.organization, row, archived ? 'vendor.archived' : 'vendor.restored');
    }
    return ok(showVendor(row));
  };
}

export const VENDOR_ROUTES: readonly BillRoute[] = [
  {
    method: 'get',
    path: '/v3/vendors',
    run: ({ organization, query }) => {
      const { switches, clock, vendors } = organization;
      const page = readPage(SPEC, vendors, query, switches, clock.now());
      const show = switches.thinVendorRows ? showThinVendor : showVendor;
      return listed({ ...page, rows: page.rows.map(show) });
    },
  },
  {
    method: 'post',
    path: '/v3/vendors',
    run: ({ organization, body }) =>
      created(showVendor(addVendor(organization, checkBody(body, VENDOR, organization.switches)))),
  },
  {
    method: 'post',
    path: '/v3/vendors/bulk',
    run: ({ organization, body }) => {
      if (!Array.isArray(body) || body.length > 20)
        throw invalid('body: must be a list of at most 20 vendors');
      const checked = body.map((each) => checkBody(each, VENDOR, organization.switches));
      return created({ vendors: checked.map((data) => showVendor(addVendor(organization, data))) });
    },
  },
  { method: 'get', path: '/v3/vendors/:id', run: (call) => ok(showVendor(vendorOf(call))) },
  { method: 'patch', path: '/v3/vendors/:id', run: patch },
  { method: 'post', path: '/v3/vendors/:id/archive', run: setArchived(true) },
  { method: 'post', path: '/v3/vendors/:id/restore', run: setArchived(false) },
];
