import type { JsonObject } from '../../../runtime/connector/json';
import type { Row } from '../../../sandbox/epicor-kinetic/table-rows';
import type { OperationSample } from '../bench';
import { failed } from '../check';
import { addAccount, addInvoice, addPayment, addVendor, type Books, serial } from './epicor-kinetic-streams';

const CLERK = 'clerk';
const VENDOR = 500;
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;

export function operationSamples(books: Books): Record<string, OperationSample> {
  return {
    'create-ap-invoice': createApInvoice(books),
    'record-payment': recordPayment(books),
    'void-payment': voidPayment(books),
    'update-custom-fields': updateCustomFields(books),
    'attach-file': attachFile(books),
  };
}

/** The vendor of all documents, with the terms that vendors have. */
export function readyVendor(books: Books): void {
  const { state, company } = books;
  if (company.rows('Vendor').find(VENDOR) === undefined) addVendor(books, VENDOR);
  for (const TermsCode of ['N30', '2/10']) {
    if (company.rows('PurTerms').find(TermsCode) !== undefined) continue;
    const terms = { TermsCode, Description: 'Net 30', TermsType: 'DD', DueDays: 30 };
    state.insert(company, 'PurTerms', terms, CLERK);
  }
}

function createApInvoice(books: Books): OperationSample {
  const { state, company } = books;
  const document = (invoiceNum: string, text: string): JsonObject => {
    readyVendor(books);
    const glAccount = String(addAccount(books)['GLAccount1']);
    return {
      documentId: `doc-${serial()}`,
      vendorNum: VENDOR,
      invoiceNum,
      type: 'invoice',
      invoiceDate: '2026-03-02',
      dueDate: '2026-04-01',
      currency: 'USD',
      amount: '150.75',
      description: text.slice(0, 25),
      comment: text,
      lines: [
        { description: text, amount: '100.00', distributions: [{ amount: '100.00', glAccount }] },
        { description: 'Freight', amount: '50.75', distributions: [{ amount: '50.75', glAccount }] },
      ],
    };
  };
  const headOf = (wanted: JsonObject): Row | undefined =>
    company.rows('APInvHed').find(VENDOR, String(wanted['invoiceNum']));
  const linesOf = (head: Row) => company.rows('APInvDtl').childrenOf(head);
  return {
    document: () => document(`N-${serial()}`, 'Belts'),
    changed: (sent) => ({ ...sent, dueDate: '2026-05-01' }),
    effects: (wanted) => {
      const named = company
        .rows('APInvHed')
        .all.filter((head) => head['ExternalID'] === wanted['documentId']);
      const heads = new Set([headOf(wanted), ...named].filter((head) => head !== undefined));
      return [...heads].map((head) => {
        const lines = linesOf(head).map((line) => line['DocExtCost']);
        return `${head['InvoiceNum']} ${head['DueDate']} ${lines.join('+')}`;
      });
    },
    touch: (wanted) => {
      const head = headOf(wanted);
      if (head) state.change(company, 'APInvHed', head, { PayDates: `seen ${serial()}` }, CLERK);
    },
    enterByHand: (wanted, how) => {
      const amount = how === 'same' ? '150.75' : '99.00';
      addInvoice(books, { vendorNum: VENDOR, number: String(wanted['invoiceNum']), amount });
    },
    spoil: (wanted) => {
      const head = headOf(wanted);
      const line = head && linesOf(head)[1];
      if (line) state.remove(company, 'APInvDtl', line);
      return line !== undefined;
    },
    unusual: () => document(`A+B/7'é#%&${serial()}`, ODD),
  };
}

function headsOf({ company }: Books, document: JsonObject): Row[] {
  return company.rows('CheckHed').all.filter((head) => head['OwnReference'] === document['paymentId']);
}

function recordPayment(books: Books): OperationSample {
  const { state, company } = books;
  const invoice = (amount: string) => String(addInvoice(books, { vendorNum: VENDOR, amount })['InvoiceNum']);
  const document = (paymentId: string, memo: string): JsonObject => ({
    paymentId,
    vendorNum: VENDOR,
    date: '2026-03-02',
    amount: '150.75',
    currency: 'USD',
    memo,
    allocations: [
      { invoiceNum: invoice('120.50'), amount: '120.50' },
      { invoiceNum: invoice('30.25'), amount: '30.25' },
    ],
  });
  return {
    document: () => document(`pay-${serial()}`, 'March'),
    changed: (sent) => ({ ...sent, date: '2026-03-03' }),
    effects: (wanted) =>
      headsOf(books, wanted)
        .filter((head) => head['Voided'] !== true)
        .map((head) => {
          const parts = company.rows('APTran').childrenOf(head);
          return `${head['HeadNum']} ${head['Posted']} ${parts.map((part) => part['DocTranAmt']).join('+')}`;
        }),
    touch: (wanted) => {
      const [head] = headsOf(books, wanted);
      if (head?.['Posted'] === false)
        state.change(company, 'CheckHed', head, { XRefCheckNum: 'seen' }, CLERK);
    },
    enterByHand: (wanted, how) => {
      const amount = how === 'same' ? '150.75' : '99.00';
      const head = addPayment(books, amount, String(wanted['date']));
      const { HeadNum = 0 } = head;
      for (const row of [...company.rows('APTran').childrenOf(head)]) state.remove(company, 'APTran', row);
      const reference = String(wanted['paymentId']);
      state.change(company, 'CheckHed', head, { OwnReference: reference, DocPaymentTotal: amount }, CLERK);
      const parts = wanted['allocations'] as { invoiceNum: string; amount: string }[];
      for (const [at, part] of (how === 'same' ? parts : parts.slice(0, 1)).entries()) {
        const paid = how === 'same' ? part.amount : amount;
        const row = {
          HeadNum,
          APTranNo: at + 1,
          InvoiceNum: part.invoiceNum,
          VendorNum: VENDOR,
          TranType: 'Pay',
        };
        const money = {
          DocTranAmt: paid,
          TranAmt: paid,
          TranDate: '2026-03-02',
          Posted: true,
          Voided: false,
        };
        state.insert(company, 'APTran', { ...row, ...money }, CLERK);
      }
    },
    spoil: (wanted) => {
      const [head] = headsOf(books, wanted);
      const [row] = head ? company.rows('APTran').childrenOf(head) : [];
      if (row) state.change(company, 'APTran', row, { DocTranAmt: '1.00', TranAmt: '1.00' }, CLERK);
      return row !== undefined;
    },
    unusual: () => document(`pay'é+${serial()}`, ODD.repeat(10)),
  };
}

function voidPayment(books: Books): OperationSample {
  const { state, company } = books;
  const document = (reason: string): JsonObject => {
    const paymentId = `pay-${serial()}`;
    const head = addPayment(books);
    state.change(company, 'CheckHed', head, { OwnReference: paymentId }, CLERK);
    return { paymentId, date: '2026-03-10', reason };
  };
  return {
    document: () => document('Lost'),
    // Each void turns every allocation round once more.
    effects: (wanted) =>
      headsOf(books, wanted).flatMap((head) =>
        company
          .rows('APTran')
          .childrenOf(head)
          .filter((row) => row['Voided'] === true)
          .map((row) => `${row['InvoiceNum']} ${row['DocTranAmt']}`),
      ),
    touch: (wanted) => {
      const [head] = headsOf(books, wanted);
      if (head && head['Voided'] !== true) {
        state.change(company, 'CheckHed', head, { XRefCheckNum: `seen ${serial()}` }, CLERK);
      }
    },
    unusual: () => document(ODD.repeat(5)),
  };
}

function updateCustomFields(books: Books): OperationSample {
  const { state, company } = books;
  const invoiceOf = (wanted: JsonObject): Row =>
    company.rows('APInvHed').find(Number(wanted['vendorNum']), String(wanted['invoiceNum'])) ??
    failed('there is no such invoice');
  const document = (number: string, status: string): JsonObject => ({
    vendorNum: VENDOR,
    invoiceNum: String(addInvoice(books, { vendorNum: VENDOR, number })['InvoiceNum']),
    fields: { BillStatus_c: status, BillPaidAmt_c: '10.50' },
  });
  return {
    document: () => document(`C-${serial()}`, 'sent'),
    changed: (sent) => ({ ...sent, fields: { BillStatus_c: 'paid', BillPaidAmt_c: '20.75' } }),
    effects: (wanted) => {
      const { BillStatus_c: status, BillPaidAmt_c: paid } = invoiceOf(wanted);
      return status === undefined || status === '' ? [] : [`${status} ${paid}`];
    },
    touch: (wanted) =>
      state.change(company, 'APInvHed', invoiceOf(wanted), { InvoiceComment: `seen ${serial()}` }, CLERK),
    unusual: () => document(`A+B/7'é#%&${serial()}`, ODD),
  };
}

function attachFile(books: Books): OperationSample {
  const { state, company } = books;
  const document = (file: string, fileName: string): JsonObject => {
    readyVendor(books);
    const invoiceNum = String(addInvoice(books, { vendorNum: VENDOR, amount: '10.00' })['InvoiceNum']);
    return { vendorNum: VENDOR, invoiceNum, file, fileName };
  };
  const headOf = (wanted: JsonObject): Row =>
    company.rows('APInvHed').find(VENDOR, String(wanted['invoiceNum'])) ?? failed('the invoice is gone');
  const attached = (wanted: JsonObject) => company.rows('APInvHedAttch').childrenOf(headOf(wanted));
  return {
    document: () => document(`file-${serial()}`, 'scan.pdf'),
    effects: (wanted) => attached(wanted).map((row) => String(row['DrawDesc'])),
    touch: (wanted) =>
      state.change(company, 'APInvHed', headOf(wanted), { PayDates: `seen ${serial()}` }, CLERK),
    spoil: (wanted) => {
      const [row] = attached(wanted);
      if (row) state.remove(company, 'APInvHedAttch', row);
      return row !== undefined;
    },
    unusual: () => document(`f'é+${serial()}`, `${ODD.repeat(5)}.pdf`),
    files: { read: async () => ({ bytes: new Uint8Array([1, 2, 3]), sha256: '' }) },
  };
}
