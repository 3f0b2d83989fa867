import type { Write } from './put';

/** Checks a vendor and fills in what the class would. */
export function prepareVendor({ tenant, before, draft, errors }: Write): void {
  if (before === undefined) {
    draft.values['VendorID'] = String(draft.values['VendorID'] ?? '').toUpperCase();
    draft.values['Status'] ??= 'Active';
    draft.values['VendorClass'] ??= 'DEFAULT';
    draft.values['Terms'] ??= '30D';
    draft.values['CurrencyID'] ??= tenant.baseCurrency;
    draft.values['CreatedDateTime'] = tenant.clock.now();
  }
  for (const name of ['VendorID', 'VendorName']) {
    if (String(draft.values[name] ?? '') === '') errors.set(name, `'${name}' cannot be empty.`);
  }
}
