import type { JsonObject } from '../../../runtime/connector/json';
import type { Row } from '../../../sandbox/epicor-kinetic/table-rows';
import type { OperationSample } from '../bench';
import { failed } from '../check';
import { readyVendor } from './epicor-kinetic-operations';
import { addAccount, addInvoice, type Books, serial } from './epicor-kinetic-streams';

const CLERK = 'clerk';
const VENDOR = 500;
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;
/** The account that invoices of this bench are coded with. */
const CODED = '5010|10|200';

/** Taking invoices back, journals, and vendors that others know first. */
export function ledgerSamples(books: Books): Record<string, OperationSample> {
  return {
    'cancel-ap-invoice': cancelApInvoice(books),
    'create-gl-journal': createGlJournal(books),
    'reverse-gl-journal': reverseGlJournal(books),
    'create-vendor': createVendor(books),
  };
}

/** Of posted invoices: those are taken back by a debit memo, of which there could be two. */
function cancelApInvoice(books: Books): OperationSample {
  const { state, company } = books;
  const document = (reason: string): JsonObject => {
    readyVendor(books);
    if (company.rows('GLAccount').find('MAIN', CODED) === undefined) addAccount(books, '2020-01-01', CODED);
    const head = addInvoice(books, { vendorNum: VENDOR, amount: '120.50' });
    const documentId = `doc-${serial()}`;
    state.change(company, 'APInvHed', head, { ExternalID: documentId }, CLERK);
    const invoiceNum = String(head['InvoiceNum']);
    return { documentId, vendorNum: VENDOR, invoiceNum, date: '2026-03-10', reason };
  };
  return {
    document: () => document('Entered twice'),
    effects: (wanted) =>
      company
        .rows('APInvHed')
        .all.filter((head) => String(head['InvoiceNum']).startsWith(`${wanted['invoiceNum']}-`))
        .map((head) => {
          const lines = company.rows('APInvDtl').childrenOf(head);
          return `${head['InvoiceNum']} ${lines.map((line) => line['DocExtCost']).join('+')}`;
        }),
    touch: (wanted) => {
      const head = company.rows('APInvHed').find(VENDOR, `${wanted['invoiceNum']}-REV`);
      if (head) state.change(company, 'APInvHed', head, { PayDates: `seen ${serial()}` }, CLERK);
    },
    unusual: () => document(ODD.repeat(5)),
  };
}

function journalsOf({ company }: Books, reference: string): Row[] {
  return company.rows('GLJrnHed').all.filter((head) => head['CommentText'] === reference);
}

function shown({ company }: Books, head: Row): string {
  const lines = company.rows('GLJrnDtlMnl').childrenOf(head);
  return `${head['JournalNum']} ${head['JEDate']} ${lines.map((line) => line['DocTransAmt']).join('+')}`;
}

/** A journal over two accounts, entered by a person. */
function enterJournal(books: Books, reference: string, accounts: readonly string[], amount: string): Row {
  const { state, company } = books;
  const GroupID = 'CLERKJRN';
  const key = {
    BookID: 'MAIN',
    FiscalYear: 2026,
    FiscalYearSuffix: '',
    JournalCode: 'GJ',
    JournalNum: 9_000 + serial(),
    FiscalCalendarID: 'MAIN',
  };
  const common = { ...key, GroupID, JEDate: '2026-03-02', CurrencyCode: 'USD', Description: 'Cards' };
  const head = state.insert(company, 'GLJrnHed', { ...common, CommentText: reference, Posted: true }, CLERK);
  for (const [at, GLAccount] of accounts.entries()) {
    const money = at === 0 ? amount : `-${amount}`;
    const line = { JournalLine: at + 1, COACode: 'MAIN', GLAccount, DocTransAmt: money, TransAmt: money };
    state.insert(company, 'GLJrnDtlMnl', { ...common, ...line }, CLERK);
  }
  return head;
}

function createGlJournal(books: Books): OperationSample {
  const { state, company } = books;
  const account = () => String(addAccount(books)['GLAccount1']);
  const document = (documentId: string, description: string): JsonObject => ({
    documentId,
    date: '2026-03-02',
    currency: 'USD',
    description,
    lines: [
      { amount: '40.25', glAccount: account(), description },
      { amount: '-40.25', glAccount: account(), description },
    ],
  });
  const referenceOf = (wanted: JsonObject) => String(wanted['documentId']);
  return {
    document: () => document(`doc-${serial()}`, 'Cards'),
    effects: (wanted) => journalsOf(books, referenceOf(wanted)).map((head) => shown(books, head)),
    touch: (wanted) => {
      const [head] = journalsOf(books, referenceOf(wanted));
      if (head) state.change(company, 'GLJrnHed', head, { LegalNumber: `seen ${serial()}` }, CLERK);
    },
    enterByHand: (wanted, how) => {
      const accounts = (wanted['lines'] as { glAccount: string }[]).map((line) => line.glAccount);
      enterJournal(books, referenceOf(wanted), accounts, how === 'same' ? '40.25' : '39.00');
    },
    spoil: (wanted) => {
      const [head] = journalsOf(books, referenceOf(wanted));
      const line = head && company.rows('GLJrnDtlMnl').childrenOf(head)[1];
      if (line) state.remove(company, 'GLJrnDtlMnl', line);
      return line !== undefined;
    },
    unusual: () => document(`doc'é+${serial()}`, ODD),
  };
}

/** Of posted journals: those are taken back by an opposite one, of which there could be two. */
function reverseGlJournal(books: Books): OperationSample {
  const { state, company } = books;
  const document = (description: string): JsonObject => {
    const documentId = `doc-${serial()}`;
    const accounts = [addAccount(books), addAccount(books)].map((row) => String(row['GLAccount1']));
    enterJournal(books, documentId, accounts, '40.25');
    return { documentId, date: '2026-03-10', description };
  };
  const referenceOf = (wanted: JsonObject) => `${wanted['documentId'] ?? failed('no document ID')}:reversal`;
  return {
    document: () => document('Back'),
    effects: (wanted) => journalsOf(books, referenceOf(wanted)).map((head) => shown(books, head)),
    touch: (wanted) => {
      const [head] = journalsOf(books, referenceOf(wanted));
      if (head) state.change(company, 'GLJrnHed', head, { LegalNumber: `seen ${serial()}` }, CLERK);
    },
    unusual: () => document(ODD),
  };
}

function createVendor(books: Books): OperationSample {
  const { state, company } = books;
  const rows = () => company.rows('Vendor').all;
  const made = (wanted: JsonObject) => rows().filter((row) => row['ExternalId'] === wanted['documentId']);
  const document = (documentId: string, name: string): JsonObject => ({ documentId, name });
  return {
    document: () => document(`vendor-${serial()}`, `Pop-up Supplier ${serial()}`),
    effects: (wanted) => made(wanted).map((row) => `${row['VendorNum']} ${row['VendorID']} ${row['Name']}`),
    touch: (wanted) => {
      const [row] = made(wanted);
      if (row) state.change(company, 'Vendor', row, { Comment: `seen ${serial()}` }, CLERK);
    },
    unusual: () => document(`v'é+${serial()}`, ODD.slice(0, 40)),
  };
}
