import { isObject, numberText, type Wire, type WireObject } from '../http/exact-json';
import { compared, sum } from '../money';
import {
  anything,
  checkBody,
  date,
  type Field,
  flag,
  list,
  number,
  object,
  required,
  text,
} from './body-fields';
import { type BillAnswer, type BillCall, type BillRoute, created, listed, ok } from './handler';
import { commonFields, EQUALITY, type ListSpec, readPage } from './list-query';
import { endPayment, recordPayment, schedulePayment } from './payment-life';
import type { CreditUse, PaymentRecord } from './records';
import { invalid, noData, refuse } from './refusal';
import { showPayment } from './show';

const ORDERED = ['gt', 'gte', 'lt', 'lte'];

const SPEC: ListSpec<PaymentRecord> = {
  name: 'payments',
  fields: {
    ...commonFields<PaymentRecord>(),
    vendorId: { type: 'text', ops: ['eq', 'in'], read: (row) => row.vendorId },
    processDate: { type: 'date', ops: ['eq', ...ORDERED], read: (row) => row.processDate },
    amount: { type: 'number', ops: ['eq', ...ORDERED], read: (row) => row.amount },
    transactionNumber: {
      type: 'text',
      ops: ['eq'],
      read: (row) => String(row.data['transactionNumber'] ?? ''),
    },
    status: { type: 'text', ops: [...EQUALITY, 'in'], read: (row) => row.status },
    onlinePayment: { type: 'flag', ops: EQUALITY, read: (row) => row.online },
    disbursementType: { type: 'text', ops: [...EQUALITY, 'in'], read: (row) => row.method },
  },
  sortable: ['createdTime', 'updatedTime', 'processDate', 'amount', 'id'],
};

const CREDITS = list(object({ id: required(text()), amount: required(number()) }));

const PAYMENT: Readonly<Record<string, Field>> = {
  amount: required(number()),
  fundingAccount: required(
    object({
      type: required(text({ values: ['BANK_ACCOUNT', 'CARD_ACCOUNT', 'WALLET', 'AP_CARD'] })),
      id: required(text()),
    }),
  ),
  processingOptions: required(
    object({ requestPayFaster: flag(), createBill: flag(), requestCheckDeliveryType: text() }),
  ),
  vendorId: text(),
  billId: text(),
  processDate: date(),
  description: text(),
  transactionNumber: text({ max: 50 }),
  cardFundingPurpose: text(),
  paymentPurpose: anything(),
  exchangeRateBatchId: text(),
  billPayments: anything(),
};

const RECORDED: Readonly<Record<string, Field>> = {
  vendorId: required(text()),
  processDate: required(date()),
  toPrintCheck: required(flag()),
  payments: required(
    list(object({ billId: required(text()), amount: required(number()), vendorCredits: CREDITS }), 1),
  ),
  description: text(),
  syncReference: text(),
  classifications: anything(),
  allowExport: flag(),
};

function paymentOf(call: BillCall): PaymentRecord {
  const row = call.organization.payments.get(call.id);
  if (row === undefined) throw noData(call.id);
  return row;
}

function uses(sent: Wire | undefined): CreditUse[] {
  const credits = Array.isArray(sent) ? sent.filter(isObject) : [];
  return credits.map((credit) => ({ id: String(credit['id']), amount: numberText(credit['amount']) ?? '0' }));
}

function kept(body: WireObject, names: readonly string[]): WireObject {
  return Object.fromEntries(names.flatMap((name) => (body[name] === undefined ? [] : [[name, body[name]]])));
}

/** A payment through BILL, for which the session must have passed the second factor. */
function create(call: BillCall): BillAnswer {
  const { organization } = call;
  const body = checkBody(call.body, PAYMENT, organization.switches);
  if (!call.session.trusted) throw refuse(403, 'BDC_1361', 'Session is untrusted. Please complete MFA.');
  const bill = organization.bills.get(String(body['billId'] ?? ''));
  if (bill === undefined) throw noData(String(body['billId'] ?? ''));
  const payment = schedulePayment(organization, {
    vendorId: bill.vendorId,
    allocations: [{ billId: bill.id, gross: numberText(body['amount']) ?? '0' }],
    processDate: String(body['processDate'] ?? new Date(organization.clock.now()).toISOString().slice(0, 10)),
    method: 'CHECK',
    data: kept(body, ['description', 'transactionNumber', 'fundingAccount', 'processingOptions']),
  });
  return created(showPayment(organization, payment));
}

/** An outside payment. The amount of each part counts as the organization shows it, gross or net of its credits. */
function record(call: BillCall): BillAnswer {
  const { organization } = call;
  const body = checkBody(call.body, RECORDED, organization.switches);
  const parts = Array.isArray(body['payments']) ? body['payments'].filter(isObject) : [];
  const allocations = parts.map((part) => {
    const credits = uses(part['vendorCredits']);
    const amount = numberText(part['amount']) ?? '0';
    if (compared(amount, '0') <= 0) throw invalid('payments.amount: must be positive');
    const isGross = organization.switches.billPaymentAmount === 'gross';
    const gross = isGross ? amount : sum([amount, ...credits.map((use) => use.amount)]);
    return { billId: String(part['billId']), gross, credits };
  });
  const payment = recordPayment(organization, {
    vendorId: String(body['vendorId']),
    allocations,
    processDate: String(body['processDate']),
    data: kept(body, ['description', 'syncReference']),
  });
  return ok(showPayment(organization, payment));
}

const VOID_TYPES = ['VOID_AND_CREDIT', 'VOID_AND_REISSUE', 'VOID_AND_REISSUE_VCARD', 'VOID_ONLY'];

export const PAYMENT_ROUTES: readonly BillRoute[] = [
  {
    method: 'get',
    path: '/v3/payments',
    run: ({ organization, query }) => {
      const page = readPage(
        SPEC,
        organization.payments,
        query,
        organization.switches,
        organization.clock.now(),
      );
      return listed({ ...page, rows: page.rows.map((row) => showPayment(organization, row)) });
    },
  },
  { method: 'post', path: '/v3/payments', run: create },
  {
    method: 'get',
    path: '/v3/payments/:id',
    run: (call) => ok(showPayment(call.organization, paymentOf(call))),
  },
  {
    method: 'post',
    path: '/v3/payments/:id/cancel',
    run: (call) => {
      const row = paymentOf(call);
      if (row.singleStatus !== 'SCHEDULED')
        throw refuse(422, 'BDC_1143', 'Only a scheduled payment can be cancelled.');
      endPayment(call.organization, row, 'CANCELED');
      return ok(showPayment(call.organization, row));
    },
  },
  {
    method: 'post',
    path: '/v3/payments/:id/void',
    run: (call) => {
      const fields = { type: required(text({ values: VOID_TYPES })), reason: required(text()) };
      const body = checkBody(call.body, fields, call.organization.switches);
      const row = paymentOf(call);
      endPayment(call.organization, row, 'VOIDED', String(body['reason']));
      return ok(showPayment(call.organization, row));
    },
  },
  { method: 'post', path: '/v3/bills/record-payment', run: record },
];
