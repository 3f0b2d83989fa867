import type { JsonObject } from '../../../runtime/connector/json';
import { rowsOf, type StoredEntity, text } from '../../../sandbox/acumatica/entity-store';
import type { Tenant } from '../../../sandbox/acumatica/tenant';
import type { OperationSample } from '../bench';
import { addBill, addPayment, serial } from './acumatica-books';

/** All that a document can go wrong with: quotes of both kinds, a plus, a percent sign, other scripts. */
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;

export function operationSamples(tenant: Tenant): Record<string, OperationSample> {
  return {
    'record-payment': recordPayment(tenant),
    'void-payment': voidPayment(tenant),
    'note-on-bill': noteOnBill(tenant),
  };
}

function checksOf(tenant: Tenant, { paymentId }: JsonObject): StoredEntity[] {
  return tenant.rows('Check').all.filter((check) => text(check, 'PaymentRef') === paymentId);
}

function recordPayment(tenant: Tenant): OperationSample {
  const document = (paymentId: string, memo: string): JsonObject => {
    const allocation = (amount: string) => {
      const bill = addBill(tenant, amount);
      return { referenceNbr: text(bill, 'ReferenceNbr'), amount };
    };
    return {
      paymentId,
      vendor: 'VENDOR',
      date: '2026-03-02',
      amount: '150.75',
      currency: 'USD',
      memo,
      allocations: [allocation('120.50'), allocation('30.25')],
    };
  };
  const live = (wanted: JsonObject) =>
    checksOf(tenant, wanted).filter((check) => text(check, 'Status') !== 'Voided');
  const partsOf = (check: StoredEntity) => [...rowsOf(check, 'Details'), ...rowsOf(check, 'History')];
  return {
    document: () => document(`pay-${serial()}`, 'March'),
    changed: (sent) => ({ ...sent, date: '2026-03-03' }),
    effects: (wanted) =>
      live(wanted).map((check) => {
        const parts = partsOf(check).map((part) => text(part, 'AmountPaid'));
        return `${text(check, 'ReferenceNbr')} ${text(check, 'Status')} ${parts.join('+')}`;
      }),
    touch: (wanted) => {
      for (const check of live(wanted)) tenant.change(check, {});
    },
    enterByHand: (wanted, how) => {
      const parts = (wanted['allocations'] as { referenceNbr: string; amount: string }[]).slice(
        0,
        how === 'same' ? 2 : 1,
      );
      const amount = how === 'same' ? String(wanted['amount']) : '99.00';
      const applications = parts.flatMap((part) => {
        const bill = tenant.rows('Bill').find('Bill', part.referenceNbr);
        return bill ? [{ bill, amount: how === 'same' ? part.amount : amount }] : [];
      });
      addPayment(tenant, String(wanted['paymentId']), applications, { PaymentAmount: amount });
    },
    spoil: (wanted) => {
      const [part] = live(wanted).flatMap(partsOf);
      if (part) part.values = { ...part.values, AmountPaid: '1.00' };
      return part !== undefined;
    },
    unusual: () => document(`pay'é+${serial()}`, ODD.repeat(10)),
  };
}

function voidPayment(tenant: Tenant): OperationSample {
  const document = (paymentId: string, reason: string): JsonObject => {
    const bill = addBill(tenant, '80.00');
    addPayment(tenant, paymentId, [{ bill, amount: '80.00' }], { PaymentAmount: '80.00' });
    return { paymentId, date: '2026-03-10', reason };
  };
  return {
    document: () => document(`pay-${serial()}`, 'Lost'),
    effects: (wanted) =>
      checksOf(tenant, wanted)
        .filter((check) => text(check, 'Type') === 'Voided Payment')
        .map((check) => `${text(check, 'ReferenceNbr')} ${text(check, 'Status')}`),
    touch: (wanted) => {
      for (const check of checksOf(tenant, wanted)) tenant.change(check, {});
    },
    unusual: () => document(`pay'é+${serial()}`, ODD.repeat(5)),
  };
}

function noteOnBill(tenant: Tenant): OperationSample {
  const document = (paymentId: string, words: string): JsonObject => ({
    paymentId,
    bills: [1, 2].map(() => ({ referenceNbr: text(addBill(tenant), 'ReferenceNbr'), text: words })),
  });
  const billsOf = (wanted: JsonObject) =>
    (wanted['bills'] as { referenceNbr: string; text: string }[]).flatMap((part) => {
      const bill = tenant.rows('Bill').find('Bill', part.referenceNbr);
      return bill ? [{ bill, words: part.text }] : [];
    });
  const linesOf = (bill: StoredEntity, { paymentId }: JsonObject) =>
    bill.note.split('\n').filter((line) => line.startsWith(`${paymentId}: `));
  return {
    document: () => document(`pay-${serial()}`, 'paid 10.00'),
    changed: (sent) => ({
      ...sent,
      bills: (sent['bills'] as JsonObject[]).map((part) => ({ ...part, text: 'voided' })),
    }),
    // One effect: what all its bills say.
    effects: (wanted) => {
      const lines = billsOf(wanted).map(({ bill }) => linesOf(bill, wanted));
      const most = Math.max(...lines.map((each) => each.length));
      return Array.from({ length: most }, (_, nth) => lines.map((each) => each[nth] ?? '').join(' / '));
    },
    touch: (wanted) => {
      for (const { bill } of billsOf(wanted)) tenant.change(bill, {});
    },
    enterByHand: (wanted, how) => {
      for (const { bill, words } of billsOf(wanted)) {
        bill.note = `${wanted['paymentId']}: ${how === 'same' ? words : 'asked Ann'}`;
      }
    },
    spoil: (wanted) => {
      const [first] = billsOf(wanted);
      const before = first?.bill.note ?? '';
      if (first) first.bill.note = before.slice(0, -2);
      return before !== '';
    },
    unusual: () => document(`pay'é+${serial()}`, ODD),
  };
}
