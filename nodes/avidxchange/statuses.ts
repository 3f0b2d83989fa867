import type { JsonObject } from '../../runtime/connector/json';
import type { AvidConnection } from './connection';
import { objectAt, textAt } from './members';

/** Numbers that AvidXchange is known to give statuses of payments, for one that comes without its description. */
const paymentStatuses: Readonly<Record<string, string>> = { '14': 'Issued to Supplier', '27': 'Cleared' };

/** Whether an entry such as `{Id: 27, Description: "Cleared"}` is one of these descriptions or numbers. */
function isOneOf(entry: JsonObject | undefined, wanted: readonly string[]): boolean {
  const description = textAt(entry, 'Description')?.toLowerCase();
  const id = textAt(entry, 'Id');
  return wanted.some((each) =>
    description === undefined ? each === id : each.toLowerCase() === description || each === id,
  );
}

export function paymentState({ statuses }: AvidConnection, payment: JsonObject): string {
  const given = objectAt(payment, 'Status');
  const known = paymentStatuses[textAt(given, 'Id') ?? ''];
  const status = known === undefined ? given : { Description: known, ...given };
  if (isOneOf(status, statuses.void)) return 'void';
  return isOneOf(status, statuses.settled) ? 'settled' : 'pending';
}

export function invoiceState({ statuses }: AvidConnection, invoice: JsonObject): string {
  const status = objectAt(invoice, 'Status');
  if (isOneOf(status, statuses.rejected)) return 'rejected';
  if (isOneOf(status, statuses.void)) return 'void';
  return isOneOf(status, statuses.approved) ? 'approved' : 'pending';
}

/** Vendor and address of a code that may hold both. */
export function vendorCodeOf(
  { vendorJoiner }: AvidConnection,
  code: string | undefined,
): { readonly vendorCode?: string; readonly addressCode?: string } {
  if (code === undefined) return {};
  const joiner = vendorJoiner === '' ? '|' : vendorJoiner;
  const at = code.indexOf(joiner);
  return at <= 0
    ? { vendorCode: code }
    : { vendorCode: code.slice(0, at), addressCode: code.slice(at + joiner.length) };
}
