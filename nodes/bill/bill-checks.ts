import { RecordOutcome } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { Calls, LookUp } from '../../runtime/connector/system';
import { currencyDigits, inScale } from '../../runtime/mapping/currencies';
import { compare, equal } from '../../runtime/mapping/decimals';
import type { BillConnection } from './connection';
import { lookUntilShown } from './look-until-shown';
import { decimalAt, objectsAt, textAt } from './members';
import { defaultCurrency, vendorForBill } from './vendors';

/** Why a document parks instead of being sent. */
export type Conflict = Extract<LookUp, { found: 'conflict' }>;

export function conflict(reason: string, message: string, detail: JsonObject = {}): Conflict {
  return { found: 'conflict', reason, detail: { message, ...detail } };
}

/** The same conflict, found outside of a look-up. */
export function parked({ reason, detail }: Conflict): RecordOutcome {
  return new RecordOutcome('park', reason, detail);
}

/**
 * Whether the amounts of a document can be sent: the lines add up to its total, nothing is negative in sum,
 * and no line is finer than its currency.
 * @param total sum of the lines
 */
export function amountConflict(
  document: JsonObject,
  lineMember: string,
  total: string,
  whatElse: string,
): Conflict | undefined {
  const stated = decimalAt(document, 'amount');
  if (stated !== undefined && !equal(stated, total)) {
    return conflict('amounts-differ', `The lines add up to ${total}, the document says ${stated}.`, {
      amount: stated,
      linesTotal: total,
    });
  }
  if (compare(total, '0') < 0)
    return conflict('schema-failed', `The total ${total} is negative: ${whatElse}.`);
  const currency = textAt(document, 'currency');
  if (currency === undefined) return undefined;
  const amounts = objectsAt(document, lineMember).map((line) => decimalAt(line, 'amount') ?? '0');
  const tooFine = amounts.find((amount) => !inScale(amount, currency));
  if (tooFine === undefined) return undefined;
  return conflict(
    'amounts-differ',
    `The line amount ${tooFine} is finer than ${currency} allows (${currencyDigits(currency)} decimal places): BILL would round it.`,
    { amount: tooFine, currency },
  );
}

/**
 * Whether the vendor can take the document: it is there, active, and holds the document's currency. BILL has no
 * currency on a document, so a wrong one would be paid as if it were the vendor's.
 */
export async function vendorConflict(
  bill: BillConnection,
  { calls, signal }: { readonly calls: Calls; readonly signal: AbortSignal },
  document: JsonObject,
): Promise<Conflict | undefined> {
  const known = await judgeVendor(bill, calls, document, false);
  if (!known) return undefined;
  // What is cached may be out of date: nothing parks for its sake.
  const look = () => judgeVendor(bill, calls, document, true);
  return lookUntilShown(look, (now) => now?.reason !== 'vendor-not-linked', bill.clock, signal);
}

/** What a look-up says of a document that is not there: it may be made, unless its vendor cannot take it. */
export async function absentFor(
  bill: BillConnection,
  context: { readonly calls: Calls; readonly signal: AbortSignal },
  document: JsonObject,
): Promise<LookUp> {
  const unfit = await vendorConflict(bill, context, document);
  return unfit ? { ...unfit, absent: true } : { found: 'absent' };
}

async function judgeVendor(
  bill: BillConnection,
  calls: Calls,
  document: JsonObject,
  fresh: boolean,
): Promise<Conflict | undefined> {
  const vendorId = textAt(document, 'vendorId') ?? '';
  const vendor = await vendorForBill(bill, calls, vendorId, fresh);
  if (!vendor) return conflict('vendor-not-linked', `BILL has no vendor ${vendorId}.`, { vendor: vendorId });
  const { name, archived } = vendor;
  if (archived) {
    return conflict('vendor-inactive', `${name} is archived in BILL. Restore it there, then replay.`, {
      vendor: vendorId,
    });
  }
  const currency = textAt(document, 'currency');
  const holds = vendor.currency ?? defaultCurrency;
  if (currency === undefined || currency === holds) return undefined;
  return conflict(
    'currency-mismatch',
    `The document is in ${currency}; ${name} is paid in ${holds} in BILL.`,
    {
      vendor: vendorId,
      documentCurrency: currency,
      vendorCurrency: holds,
    },
  );
}
