import { add, compare, equal, subtract } from '../../runtime/mapping/decimals';
import { Refused, refuse, type SeenCall, SmallKinetic } from './small-kinetic';
import { type Dataset, last, number, push, remove, set, withExactNumbers } from './small-kinetic-datasets';
import { amount, digits, type Row } from './small-kinetic-lists';

/** Accounts payable of the small Kinetic: vendors, invoices, payment groups, payments, posting, voiding. */
export class SmallPayables extends SmallKinetic {
  readonly vendors: Row[] = [];
  readonly invoices: Row[] = [];
  readonly groups: Row[] = [];
  readonly heads: Row[] = [];
  readonly lines: Row[] = [];
  /** Looks at payments until a submitted group is posted; undefined: never. */
  looksUntilPosted: number | undefined = 1;
  /** Words that posting leaves in the log instead. */
  postError: string | undefined;
  /** Groups that somebody else has open. */
  readonly locked = new Set<string>();
  /** Payment entry does not show what is posted. */
  hidesPosted = false;
  /** Methods answer `returnObj` instead of `parameters.ds`. */
  bareReplies = false;
  submitted = 0;
  readonly #posting = new Map<string, number>();
  #headNum = 100;

  constructor() {
    super();
    const entry = 'Erp.BO.PaymentEntrySvc';
    const group = 'Erp.BO.APChkGrpSvc';
    const voiding = 'Erp.BO.VoidPaymentSvc';
    this.addSet('Erp.BO.VendorSvc', 'Vendors', 'Vendor', this.vendors, ['VendorNum', 'VendorID', 'Company']);
    this.addSet('Erp.BO.APInvoiceSvc', 'APInvoices', 'APInvHed', this.invoices, invoiceColumns);
    this.addSet(group, 'APChkGrps', 'APChkGrp', this.groups, groupColumns);
    this.addSet('Erp.BO.APTranSearchSvc', 'APTranSearches', 'APTran', this.lines, lineColumns);
    this.sets.push({
      service: entry,
      set: 'PaymentEntries',
      table: 'CheckHed',
      rows: () => this.#shownHeads(),
      columns: () => headColumns,
    });
    this.sets.push({
      service: voiding,
      set: 'VoidPayments',
      table: 'CheckHed',
      rows: () => this.heads.filter((head) => head['Posted'] === true && head['Voided'] !== true),
      columns: () => headColumns,
    });
    const post = (path: string, method: (call: SeenCall) => unknown) =>
      this.methods.set(`POST ${path}`, method);
    post(`${group}/GetNewAPChkGrpNoLock`, (call) =>
      this.#changed(call, (ds) => push(ds, 'APChkGrp', { Company: this.company, GroupID: '', RowMod: 'A' })),
    );
    post(`${group}/OnChangeBankAcctID`, (call) => {
      if (call.body['pcBankAcctID'] !== 'MAIN') throw refuse('Bank Account is not valid.');
      return this.#changed(call, (ds) => set(ds, 'APChkGrp', { BankAcctID: 'MAIN', PMUID: 1 }));
    });
    post(`${group}/OnChangePayMethod`, (call) =>
      this.#changed(call, (ds) => set(ds, 'APChkGrp', { PMUID: call.body['vPMUID'] })),
    );
    post(`${group}/UpdateMaster`, (call) => this.#changed(call, (ds) => this.#saveGroups(ds)));
    post(`${group}/UnLockGroup`, ({ body }) => {
      this.locked.delete(String(body['pcGroupID']));
      return { parameters: { plSuccess: true } };
    });
    post(`${group}/DeleteByID`, ({ body }) => {
      remove(this.groups, (row) => row['GroupID'] === body['groupID']);
      return {};
    });
    post(`${entry}/CreateNewCheckHed`, (call) => this.#changed(call, (ds) => this.#newHead(ds, call.body)));
    post(`${entry}/OnChangeVendor`, (call) =>
      this.#changed(call, (ds) => {
        const vendor = this.vendors.find((row) => row['VendorID'] === call.body['pcVendorID']);
        if (!vendor) throw refuse('Vendor ID is not valid.');
        set(ds, 'CheckHed', { VendorNum: vendor['VendorNum'], Name: vendor['Name'] });
      }),
    );
    for (const [method, parameter, column] of [
      ['OnChangeManualPrint', 'plManualPrint', 'ManualPrint'],
      ['OnChangeCheckNum', 'piCheckNum', 'CheckNum'],
      ['OnChangeCheckDate', 'pdtCheckDate', 'CheckDate'],
      ['OnChangeCurrency', 'pCurrencyCode', 'CurrencyCode'],
    ] as const) {
      post(`${entry}/${method}`, (call) =>
        this.#changed(call, (ds) => set(ds, 'CheckHed', { [column]: call.body[parameter] })),
      );
    }
    post(`${entry}/PreUpdate`, (call) => this.#changed(call, () => {}, { requiresUserInput: false }));
    post(`${entry}/GetNewAPTran`, (call) =>
      this.#changed(call, (ds) => push(ds, 'APTran', this.#newLine(Number(call.body['headNum'])))),
    );
    post(`${entry}/OnChangeInvoiceNum`, (call) =>
      this.#changed(
        call,
        (ds) => {
          const head = this.#head(Number(last(ds, 'APTran')['HeadNum']));
          const invoice = this.#invoice(head, call.body['pcInvoiceNum']);
          const open = digits(invoice['DocUnpostedBal']);
          const discount = invoice['DebitMemo'] ? '0' : '2.50';
          set(ds, 'APTran', {
            InvoiceNum: invoice['InvoiceNum'],
            DocTranAmt: amount(open),
            DocDiscAmt: amount(discount),
          });
        },
        { pcQuestion: '' },
      ),
    );
    post(`${entry}/OnChangeDocTranAmt`, (call) =>
      this.#changed(call, (ds) => set(ds, 'APTran', { DocTranAmt: number(call, 'pdDocTranAmt') })),
    );
    post(`${entry}/OnChangeDocDiscAmt`, (call) =>
      this.#changed(call, (ds) => set(ds, 'APTran', { DocDiscAmt: number(call, 'pdDocDiscAmt') })),
    );
    post(`${entry}/Update`, (call) => this.#changed(call, (ds) => this.#save(ds)));
    post(`${entry}/GetByID`, ({ body }) => ({ returnObj: this.#payment(Number(body['headNum']), true) }));
    post(`${entry}/DeleteByID`, ({ body }) => {
      const head = this.#head(Number(body['headNum']));
      if (head['Posted']) throw refuse('A posted payment cannot be deleted.');
      for (const line of this.#linesOf(head)) this.#apply(head, line, '-1');
      remove(this.lines, (row) => row['HeadNum'] === head['HeadNum']);
      remove(this.heads, (row) => row === head);
      return {};
    });
    post(`${entry}/PostAllowed`, () => ({ parameters: { allowed: true } }));
    post(`${entry}/CheckAllCheckNumsAssigned`, () => ({ returnObj: true }));
    this.methods.set('GET Erp.PROC.APPaymentPostSvc/GetNewParameters', () => ({
      returnObj: { APPaymentPostProcess: [{ GroupID: '', AgentSchedNum: 0, RowMod: 'A' }] },
    }));
    post('Erp.PROC.APPaymentPostSvc/SubmitToAgent', ({ body }) => this.#submit(body));
    post(`${voiding}/GetByID`, ({ body }) => ({ returnObj: this.#payment(Number(body['headNum']), false) }));
    post(`${voiding}/SetVoidDate`, (call) =>
      this.#changed(call, (ds) => {
        if (String(call.body['VoidDate']) < '2026-01-01') throw refuse('Date is in a closed fiscal period.');
        set(ds, 'CheckHed', { VoidDate: call.body['VoidDate'] });
      }),
    );
    post(`${voiding}/VoidChecks`, (call) => this.#changed(call, (ds) => this.#void(last(ds, 'CheckHed'))));
  }

  addVendor(number: number, id: string): Row {
    const vendor = {
      Company: this.company,
      VendorNum: number,
      VendorID: id,
      Name: id,
      SysRevID: this.revision(),
    };
    this.vendors.push(vendor);
    return vendor;
  }

  addInvoice(vendorNum: number, invoiceNum: string, total: string, more: Row = {}): Row {
    const balance = amount(total);
    const invoice: Row = {
      Company: this.company,
      VendorNum: vendorNum,
      InvoiceNum: invoiceNum,
      InvoiceDate: '2026-02-01T00:00:00',
      CurrencyCode: 'USD',
      DocInvoiceAmt: balance,
      DocInvoiceBal: balance,
      DocUnpostedBal: balance,
      Posted: true,
      OpenPayable: true,
      DebitMemo: total.startsWith('-'),
      ChangeDate: '2026-02-01T00:00:00',
      SysRevID: this.revision(),
      ...more,
    };
    this.invoices.push(invoice);
    return invoice;
  }

  /** Live payments of an invoice, sum of what they apply. */
  appliedTo(invoiceNum: string): string {
    return this.lines
      .filter((line) => line['InvoiceNum'] === invoiceNum)
      .reduce((sum, line) => add(sum, digits(line['DocTranAmt'])), '0');
  }

  #changed(call: SeenCall, change: (ds: Dataset) => void, more: Row = {}): unknown {
    const ds = withExactNumbers(call);
    this.#assertUnlocked(ds);
    change(ds);
    return this.bareReplies ? { returnObj: ds, parameters: more } : { parameters: { ds, ...more } };
  }

  #assertUnlocked(ds: Dataset): void {
    for (const row of [...(ds['CheckHed'] ?? []), ...(ds['APChkGrp'] ?? [])]) {
      if (this.locked.has(String(row['GroupID']))) throw refuse('Group is locked by another user.');
    }
  }

  #saveGroups(ds: Dataset): void {
    for (const row of (ds['APChkGrp'] ?? []).filter((each) => each['RowMod'] === 'A')) {
      const id = String(row['GroupID']);
      if (id === '' || id.length > 9) throw refuse('Group ID is required.');
      if (!row['BankAcctID']) throw refuse('Bank Account is required.');
      if (this.groups.some((each) => each['GroupID'] === id))
        throw refuse('Duplicate entry of existing record.', 409);
      row['RowMod'] = '';
      this.groups.push({ ...row, PostErrorLog: '', PostInProcess: false, ActiveUserID: '' });
    }
  }

  #newHead(ds: Dataset, { pcGroupID }: Row): void {
    const group = this.groups.find((row) => row['GroupID'] === pcGroupID);
    if (!group) throw refuse('Group ID is not valid.');
    push(ds, 'CheckHed', {
      Company: this.company,
      HeadNum: 0,
      GroupID: pcGroupID,
      BankAcctID: group['BankAcctID'],
      CheckNum: 0,
      CurrencyCode: 'USD',
      ExchangeRate: amount('1.000000'),
      DocCheckAmt: amount('0'),
      Posted: false,
      Voided: false,
      OwnReference: '',
      RowMod: 'A',
    });
  }

  #newLine(headNum: number): Row {
    const row = { Company: this.company, HeadNum: headNum, APTranNo: 0, InvoiceNum: '', Voided: false };
    return { ...row, DocTranAmt: amount('0'), Posted: false, RowMod: 'A' };
  }

  #save(ds: Dataset): void {
    for (const row of ds['CheckHed'] ?? []) {
      if (row['RowMod'] !== 'A') continue;
      if (!row['ManualPrint'] || !row['CheckNum'] || !row['CheckDate'] || !row['VendorNum']) {
        throw refuse('Check number, date and vendor are required.');
      }
      if (!Number.isInteger(row['CheckNum'])) throw refuse('Check number must be a whole number.');
      if (this.heads.some((head) => head['CheckNum'] === row['CheckNum']))
        throw refuse('Check number is in use.');
      this.#headNum += 1;
      Object.assign(row, { HeadNum: this.#headNum, RowMod: '', SysRevID: this.revision() });
      this.heads.push({ ...row });
    }
    for (const row of ds['APTran'] ?? []) {
      if (row['RowMod'] !== 'A') continue;
      const head = this.#head(Number(row['HeadNum']));
      const sent = (ds['CheckHed'] ?? []).find((each) => each['HeadNum'] === head['HeadNum']);
      if (sent && sent['SysRevID'] !== head['SysRevID'])
        throw refuse('Row has been modified by another user.', 409);
      const line = { ...row, RowMod: '', APTranNo: this.lines.length + 1 };
      this.#apply(head, line, '1');
      Object.assign(row, line);
      this.lines.push(line);
    }
  }

  /** Takes the line's amount off its invoice, or puts it back. */
  #apply(head: Row, line: Row, sign: '1' | '-1'): void {
    const invoice = this.#invoice(head, line['InvoiceNum']);
    const applied = digits(line['DocTranAmt']);
    const open = digits(invoice['DocUnpostedBal']);
    const next = sign === '1' ? subtract(open, applied) : add(open, applied);
    const isDebit = invoice['DebitMemo'] === true;
    if (sign === '1' && compare(next, '0') === (isDebit ? 1 : -1))
      throw refuse('Amount exceeds the open balance.');
    invoice['DocUnpostedBal'] = amount(next);
    invoice['SysRevID'] = this.revision();
    const cash = subtract(applied, digits(line['DocDiscAmt']) || '0');
    const total = digits(head['DocCheckAmt']);
    head['DocCheckAmt'] = amount(sign === '1' ? add(total, cash) : subtract(total, cash));
    head['SysRevID'] = this.revision();
  }

  #submit(body: Row): unknown {
    const parameters = ((body['ds'] as Dataset)['APPaymentPostProcess'] ?? [])[0];
    const group = this.groups.find((row) => row['GroupID'] === parameters?.['GroupID']);
    if (!group) throw refuse('Group ID is not valid.');
    if (this.locked.has(String(group['GroupID']))) throw refuse('Group is locked by another user.');
    this.submitted += 1;
    if (this.postError !== undefined) group['PostErrorLog'] = this.postError;
    else if (this.looksUntilPosted !== undefined)
      this.#posting.set(String(group['GroupID']), this.looksUntilPosted);
    return {};
  }

  #shownHeads(): Row[] {
    for (const [groupId, looks] of this.#posting) {
      if (looks > 0) this.#posting.set(groupId, looks - 1);
      else this.#post(groupId);
    }
    return this.heads.filter((head) => !(this.hidesPosted && head['Posted'] === true));
  }

  #post(groupId: string): void {
    this.#posting.delete(groupId);
    remove(this.groups, (row) => row['GroupID'] === groupId);
    for (const head of this.heads.filter((row) => row['GroupID'] === groupId)) {
      head['Posted'] = true;
      for (const line of this.#linesOf(head)) {
        line['Posted'] = true;
        const invoice = this.#invoice(head, line['InvoiceNum']);
        invoice['DocInvoiceBal'] = amount(
          subtract(digits(invoice['DocInvoiceBal']), digits(line['DocTranAmt'])),
        );
        if (equal(digits(invoice['DocInvoiceBal']), '0')) invoice['OpenPayable'] = false;
      }
    }
  }

  #void(row: Row): void {
    const head = this.#head(Number(row['HeadNum']));
    if (!head['Posted'] || head['Voided'] || !row['VoidDate']) throw refuse('The payment cannot be voided.');
    Object.assign(head, { Voided: true, VoidDate: row['VoidDate'], VoidedReason: row['VoidedReason'] });
    for (const line of this.#linesOf(head)) {
      const back = digits(line['DocTranAmt']).startsWith('-')
        ? digits(line['DocTranAmt']).slice(1)
        : `-${digits(line['DocTranAmt'])}`;
      this.lines.push({ ...line, Voided: true, DocTranAmt: amount(back) });
      const invoice = this.#invoice(head, line['InvoiceNum']);
      for (const column of ['DocInvoiceBal', 'DocUnpostedBal']) {
        invoice[column] = amount(add(digits(invoice[column]), digits(line['DocTranAmt'])));
      }
      invoice['OpenPayable'] = true;
    }
  }

  #payment(headNum: number, withLines: boolean): Dataset {
    const head = this.heads.find((row) => row['HeadNum'] === headNum);
    if (!head || (withLines && this.hidesPosted && head['Posted'])) {
      throw new Refused(404, 'Ice.Common.RecordNotFoundException', 'Record not found.');
    }
    const shown = { CheckHed: [{ ...head, RowMod: '' }] };
    const lines = this.lines.filter((row) => row['HeadNum'] === headNum);
    return withLines ? { ...shown, APTran: lines.map((row) => ({ ...row, RowMod: '' })) } : shown;
  }

  #linesOf(head: Row): Row[] {
    return this.lines.filter((row) => row['HeadNum'] === head['HeadNum'] && row['Voided'] !== true);
  }

  #head(headNum: number): Row {
    const head = this.heads.find((row) => row['HeadNum'] === headNum);
    if (!head) throw refuse('Payment is not valid.');
    return head;
  }

  #invoice(head: Row, invoiceNum: unknown): Row {
    const matches = (row: Row) => row['VendorNum'] === head['VendorNum'] && row['InvoiceNum'] === invoiceNum;
    const invoice = this.invoices.find(matches);
    if (!invoice) throw refuse('Invoice is not valid for this vendor.');
    return invoice;
  }
}

const headColumns = [
  'Company',
  'HeadNum',
  'GroupID',
  'Posted',
  'Voided',
  'VendorNum',
  'CheckDate',
  'CurrencyCode',
  'CheckNum',
  'DocCheckAmt',
  'DocPaymentTotal',
  'OwnReference',
  'BankAcctID',
  'SysRevID',
  'ChangeDate',
  'Description',
];
const groupColumns = ['Company', 'GroupID', 'PostErrorLog', 'PostInProcess', 'ActiveUserID', 'BankAcctID'];
const invoiceColumns = ['Company', 'VendorNum', 'InvoiceNum', 'SysRevID', 'ChangeDate', 'CurrencyCode'];
const lineColumns = [
  'Company',
  'HeadNum',
  'APTranNo',
  'InvoiceNum',
  'Voided',
  'DocTranAmt',
  'DocDiscAmt',
  'Posted',
];
