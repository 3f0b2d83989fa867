import type { JsonObject } from '../../../runtime/connector/json';
import { absolute, add, compare } from '../../../runtime/mapping/decimals';
import { type Caller, getByKeys, list } from '../api';
import type { AcumaticaConnection } from '../connection';
import { equals } from '../filters';
import { dateAt, decimalAt, rowsAt, textAt } from '../values';
import { type Allocation, keyOf } from './payment-document';

/** An AP payment as Acumatica holds it; the entity is called Check, whatever it is paid with. */
export interface Check {
  readonly type: string;
  readonly referenceNbr: string;
  readonly status: string;
  readonly vendor: string | undefined;
  readonly currency: string | undefined;
  readonly amount: string | undefined;
  readonly date: string | undefined;
  readonly paymentRef: string | undefined;
  /** Absent where only the head was read. */
  readonly applied: readonly Allocation[];
}

/** Type of the document that takes a payment back. It has the number of its payment. */
export const voidType = 'Voided Payment';

const releasedStatuses = ['open', 'closed', 'reserved'];

/** A void that is released may be shown as voided itself. */
export function isReleased(check: Pick<Check, 'type' | 'status'>): boolean {
  return (
    releasedStatuses.includes(check.status.toLowerCase()) || (check.type === voidType && isVoided(check))
  );
}

export function isVoided({ status }: Pick<Check, 'status'>): boolean {
  return status.toLowerCase() === 'voided';
}

export function refOf(check: Pick<Check, 'type' | 'referenceNbr'>): string {
  return keyOf(check);
}

/** Heads of all payments, voided ones included, that carry the payer's ID. */
export async function findByPaymentId(
  connection: AcumaticaConnection,
  caller: Caller,
  paymentId: string,
): Promise<readonly Check[]> {
  const rows = await list(connection, caller, {
    name: 'find-payment',
    entity: 'Check',
    conditions: [equals('Type', 'Payment'), equals('PaymentRef', paymentId)],
    top: 20,
  });
  // Databases compare without case and trailing blanks.
  return rows.map(checkOf).filter((check) => check.type === 'Payment' && check.paymentRef === paymentId);
}

/** The whole payment, or undefined when there is none. */
export async function readCheck(
  connection: AcumaticaConnection,
  caller: Caller,
  { type, referenceNbr }: Pick<Check, 'type' | 'referenceNbr'>,
): Promise<Check | undefined> {
  const key = { entity: 'Check', keys: { Type: type, ReferenceNbr: referenceNbr } };
  const row = await getByKeys(connection, caller, 'read-payment', key, ['Details', 'History']);
  return row && checkOf(row);
}

export function checkOf(row: JsonObject): Check {
  const head = {
    type: textAt(row, 'Type') ?? '',
    referenceNbr: textAt(row, 'ReferenceNbr') ?? '',
    status: textAt(row, 'Status') ?? '',
    vendor: textAt(row, 'Vendor'),
    currency: textAt(row, 'CurrencyID'),
    amount: decimalAt(row, 'PaymentAmount'),
    date: dateAt(row, 'ApplicationDate'),
    paymentRef: textAt(row, 'PaymentRef'),
  };
  // The release moves what is applied from Details to History.
  const history = appliedIn(row, 'History');
  return { ...head, applied: history.length > 0 ? history : appliedIn(row, 'Details') };
}

function appliedIn(row: JsonObject, name: string): Allocation[] {
  const byKey = new Map<string, Allocation>();
  for (const each of rowsAt(row, name)) {
    const type = textAt(each, 'DocType') ?? '';
    const referenceNbr = textAt(each, 'ReferenceNbr') ?? '';
    const key = keyOf({ type, referenceNbr });
    const amount = absolute(decimalAt(each, 'AmountPaid') ?? '0');
    byKey.set(key, { type, referenceNbr, amount: add(byKey.get(key)?.amount ?? '0', amount) });
  }
  return [...byKey.values()].filter(({ amount }) => compare(amount, '0') !== 0);
}
