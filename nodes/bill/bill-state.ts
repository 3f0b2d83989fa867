import type { Json, JsonObject } from '../../runtime/connector/json';
import { equal } from '../../runtime/mapping/decimals';
import { dateAt, decimalAt, objectAt, objectsAt, textAt } from './members';

/** Archived or a deleted draft. A live draft says `archived: true` too: only `recordStatus` tells it apart. */
export function isDead(bill: JsonObject): boolean {
  const status = textAt(bill, 'recordStatus');
  if (status === 'INACTIVE' || status === 'DRAFT_DELETED') return true;
  return bill['archived'] === true && status !== 'DRAFT';
}

export function isDraft(bill: JsonObject): boolean {
  return textAt(bill, 'recordStatus') === 'DRAFT';
}

/**
 * Why a bill may no longer be changed or archived from here: something is paid, scheduled or credited, or its
 * approval has begun. Empty while it may. A status that nobody knows yet counts as begun.
 */
export function whyLocked(bill: JsonObject): readonly string[] {
  const payment = textAt(bill, 'paymentStatus') ?? 'UNPAID';
  const approval = textAt(bill, 'approvalStatus') ?? 'UNASSIGNED';
  const acted = objectsAt(bill, 'approvers').filter((approver) =>
    ['APPROVED', 'DENIED', 'REROUTED'].includes(textAt(approver, 'status') ?? ''),
  );
  return [
    ...(['UNPAID', 'UNDEFINED'].includes(payment) ? [] : [`paymentStatus ${payment}`]),
    ...['scheduledAmount', 'paidAmount', 'creditAmount'].flatMap((name) => {
      const amount = decimalAt(bill, name);
      return amount === undefined || equal(amount, '0') ? [] : [`${name} ${amount}`];
    }),
    ...(['UNASSIGNED', 'ASSIGNED', 'UNDEFINED'].includes(approval) ? [] : [`approvalStatus ${approval}`]),
    ...(approval === 'ASSIGNED' && acted.length > 0 ? ['an approver has acted'] : []),
  ];
}

/** A bill in BILL as people compare it with theirs. */
export function describeBill(bill: JsonObject): Record<string, Json> {
  const invoice = objectAt(bill, 'invoice');
  const facts = {
    id: textAt(bill, 'id'),
    number: textAt(invoice, 'invoiceNumber'),
    amount: decimalAt(bill, 'amount'),
    invoiceDate: dateAt(invoice, 'invoiceDate'),
    dueDate: dateAt(bill, 'dueDate'),
    paymentStatus: textAt(bill, 'paymentStatus'),
    approvalStatus: textAt(bill, 'approvalStatus'),
    recordStatus: textAt(bill, 'recordStatus'),
  };
  const known = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  return { ...Object.fromEntries(known), archived: isDead(bill) };
}
