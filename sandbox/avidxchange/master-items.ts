import type { WireObject } from '../http/exact-json';
import { ItemFields, isSame } from './item-fields';
import type { BatchRecord, ItemResult } from './records';
import type { AvidSite } from './site';

type Applied = Omit<ItemResult, 'key'>;

const VENDOR_MEMBERS = [
  'ExternalVendorCode',
  'Name',
  'NameOnCheck',
  'FedTaxId',
  'Address',
  'RemitAddress',
  'Telephone1',
  'Email',
  'Website',
  'PaymentTerms',
  'Active',
];
const CODE_MEMBERS = ['CodeValue', 'Description', 'GroupName', 'IsActive'];
const ORDER_MEMBERS = [
  'ExternalCode',
  'OrderNumber',
  'RequisitionName',
  'VendorExternalCode',
  'BillToCompanyExternalCode',
  'ShipToCompanyExternalCode',
  'EndDate',
  'ShippingMethod',
  'Taxes',
  'Discount',
  'TotalAmount',
  'Status',
  'LineItems',
];

export function refused(fields: ItemFields): Applied {
  return { outcome: 'error', id: undefined, errors: fields.errors };
}

/** Makes a vendor or changes the one of the same code. */
export function applyVendor(site: AvidSite, { accountingSystemId }: BatchRecord, item: WireObject): Applied {
  const fields = new ItemFields(item);
  const code = fields.needText('ExternalVendorCode', 50);
  fields.needText('Name', 100);
  for (const name of ['NameOnCheck', 'FedTaxId', 'Telephone1', 'Email', 'Website', 'PaymentTerms']) {
    fields.text(name, 255);
  }
  const active = fields.flag('Active', true);
  if (site.switches.unknownMembers === 'refuse') fields.knowOnly(VENDOR_MEMBERS);
  if (fields.errors.length > 0) return refused(fields);
  const { ExternalVendorCode: _code, Active: _active, ...data } = item;
  const known = site.vendor(accountingSystemId, code);
  if (known === undefined) {
    const { id } = site.addVendor({ accountingSystemId, code, active, data });
    return { outcome: 'insert', id, errors: [] };
  }
  if (known.active === active && isSame(known.data, data)) {
    return { outcome: 'same', id: known.id, errors: [] };
  }
  Object.assign(known, { active, data });
  site.touch(known);
  return { outcome: 'update', id: known.id, errors: [] };
}

/** Makes an account or a value of a dimension, or changes the one of the same group and value. */
export function applyCode(site: AvidSite, { accountingSystemId }: BatchRecord, item: WireObject): Applied {
  const fields = new ItemFields(item);
  const value = fields.needText('CodeValue', 100);
  const group = fields.needText('GroupName', 100);
  const description = fields.text('Description', 255) ?? '';
  const active = fields.flag('IsActive', true);
  if (group !== '' && !site.groups.has(group)) {
    fields.wrong(`Code group ${group} does not exist.`, 'CodeGroupNotFound');
  }
  if (site.switches.unknownMembers === 'refuse') fields.knowOnly(CODE_MEMBERS);
  if (fields.errors.length > 0) return refused(fields);
  const known = site.code(accountingSystemId, group, value);
  if (known === undefined) {
    const { id } = site.addCode({ accountingSystemId, group, value, description, active });
    return { outcome: 'insert', id, errors: [] };
  }
  if (known.active === active && known.description === description) {
    return { outcome: 'same', id: known.id, errors: [] };
  }
  Object.assign(known, { description, active });
  site.touch(known);
  return { outcome: 'update', id: known.id, errors: [] };
}

/** Makes a purchase order or changes the one of the same number. */
export function applyOrder(site: AvidSite, { accountingSystemId }: BatchRecord, item: WireObject): Applied {
  const fields = new ItemFields(item);
  const number = fields.needText('OrderNumber', 50);
  const vendor = fields.needText('VendorExternalCode', 50);
  fields.number('TotalAmount');
  const status = fields.text('Status', 20);
  if (status !== undefined && !['open', 'closed'].includes(status.toLowerCase())) {
    fields.wrong('Status must be open or closed.');
  }
  for (const line of fields.list('LineItems')) {
    const each = new ItemFields(line, 'LineItems.');
    each.number('Amount');
    each.number('PricePer', 6);
    fields.errors.push(...each.errors);
  }
  if (vendor !== '' && site.vendor(accountingSystemId, vendor) === undefined) {
    fields.wrong(`Vendor ${vendor} was not found.`, 'VendorNotFound');
  }
  if (site.switches.unknownMembers === 'refuse') fields.knowOnly(ORDER_MEMBERS);
  if (fields.errors.length > 0) return refused(fields);
  const known = site.order(accountingSystemId, number);
  if (known === undefined) {
    const { id } = site.addOrder({ accountingSystemId, number, data: item });
    return { outcome: 'insert', id, errors: [] };
  }
  if (isSame(known.data, item)) return { outcome: 'same', id: known.id, errors: [] };
  known.data = item;
  site.touch(known);
  return { outcome: 'update', id: known.id, errors: [] };
}
