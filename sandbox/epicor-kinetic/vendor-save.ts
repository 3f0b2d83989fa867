import type { Dataset } from './dataset';
import { type CallContext, type Method, type MethodReply, writes } from './method';
import { duplicate, needFresh } from './payment-group';
import { businessError, noSuchRecord } from './refusal';
import { differing } from './row-changes';
import { tableOf } from './schema';
import { text } from './state';
import type { Row } from './table-rows';

const refuse = (message: string, field: string) => businessError(message, 'Vendor', field);

function check(call: CallContext, row: Row): void {
  const terms = text(row, 'TermsCode');
  if (text(row, 'VendorID') === '') throw refuse('Vendor ID is required.', 'VendorID');
  if (text(row, 'VendorID').length > 8)
    throw refuse('Vendor ID cannot be longer than 8 characters.', 'VendorID');
  if (text(row, 'Name').trim() === '') throw refuse('Name is required.', 'Name');
  if (text(row, 'Name').length > 50) throw refuse('Name cannot be longer than 50 characters.', 'Name');
  if (terms !== '' && call.company.rows('PurTerms').find(terms) === undefined)
    throw refuse('Terms Code is not valid.', 'TermsCode');
  const code = text(row, 'VendorID').toLowerCase();
  const twin = call.company
    .rows('Vendor')
    .all.find(
      (other) => text(other, 'VendorID').toLowerCase() === code && other['VendorNum'] !== row['VendorNum'],
    );
  if (twin !== undefined) throw duplicate('Vendor');
}

/** Adds a vendor; the server gives it its number. */
export function addVendor(call: CallContext, sent: Row): Row {
  const row: Row = {
    CurrencyCode: call.company.baseCurrency,
    ...sent,
    VendorNum: 0,
    CountryNum: sent['CountryNum'] ?? 1,
    RowMod: '',
  };
  check(call, row);
  row['VendorNum'] = call.company.nextVendor;
  call.company.nextVendor += 1;
  return call.state.insert(call.company, 'Vendor', row, call.user);
}

/** Changes a stored vendor. */
export function changeVendor(call: CallContext, stored: Row, sent: Row): Row {
  const changes = differing(stored, sent, tableOf(call.state.schema, 'Vendor'));
  // What was longer before the rule stays as it is.
  if (Object.keys(changes).some((name) => ['VendorID', 'Name', 'TermsCode'].includes(name)))
    check(call, { ...stored, ...changes });
  if (Object.keys(changes).length > 0) call.state.change(call.company, 'Vendor', stored, changes, call.user);
  return stored;
}

function saveVendors(call: CallContext, ds: Dataset): void {
  const saved = ds.rows('Vendor').map((sent): Row => {
    if (sent['RowMod'] === 'A') return { ...addVendor(call, sent) };
    if (sent['RowMod'] !== 'U') return sent;
    const stored = call.company.rows('Vendor').find(sent['VendorNum'] ?? 0);
    if (stored === undefined) throw noSuchRecord();
    needFresh(call, sent, stored, 'Vendor');
    return { ...changeVendor(call, stored, sent), RowMod: '' };
  });
  ds.replace('Vendor', saved);
}

/** Methods that make and change vendors. */
export const VENDOR_UPDATES: Readonly<Record<string, Method>> = {
  GetNewVendor: writes((call): MethodReply => {
    const ds = call.dataset();
    const defaults: Row = { CurrencyCode: call.company.baseCurrency, CountryNum: 1, TINType: '0' };
    ds.rows('Vendor').push({ Company: call.company.code, VendorNum: 0, ...defaults, RowMod: 'A' });
    return { parameters: { ds: ds.toWire() } };
  }),
  Update: writes((call): MethodReply => {
    const ds = call.dataset();
    call.state.atomically(() => saveVendors(call, ds));
    return { parameters: { ds: ds.toWire() } };
  }),
};
