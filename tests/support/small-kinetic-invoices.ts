import { add, multiply } from '../../runtime/mapping/decimals';
import { Refused, refuse, type SeenCall } from './small-kinetic';
import { type Dataset, last, number, push, remove, set, withExactNumbers } from './small-kinetic-datasets';
import { InvoiceBooks, sameExpense, sameInvoice } from './small-kinetic-invoice-books';
import { amount, digits, type Row } from './small-kinetic-lists';

const entry = 'Erp.BO.APInvoiceSvc';
const group = 'Erp.BO.APInvGrpSvc';
const post = 'Erp.PROC.APInvoicePostSvc';

/** Invoice entry of the small Kinetic: groups, heads, lines, distributions, accounts, orders, posting. */
export class SmallInvoices extends InvoiceBooks {
  readonly chart: Row[] = [];
  readonly orders: Row[] = [];
  readonly orderLines: Row[] = [];
  /** Uninvoiced receipt lines: `{ PONum, POLine, PackSlip, PackLine, qty, cost }`. */
  readonly receipts: Row[] = [];
  postWords: string | undefined;

  constructor() {
    super();
    const columns = [
      ...['GroupID', 'ExternalID', 'Posted', 'DocInvoiceAmt', 'InvoiceDate', 'DebitMemo'],
      ...['Company', 'VendorNum', 'InvoiceNum', 'SysRevID', 'CurrencyCode'],
    ];
    this.sets.splice(
      0,
      this.sets.length,
      ...this.sets.filter(({ set }) => set !== 'APInvoices' && set !== 'Vendors'),
    );
    this.addSet('Erp.BO.VendorSvc', 'Vendors', 'Vendor', this.vendors, [
      ...['VendorNum', 'VendorID', 'Company', 'Inactive'],
    ]);
    this.addSet(entry, 'APInvoices', 'APInvHed', this.invoices, columns);
    this.addSet(group, 'APInvGrps', 'APInvGrp', this.invoiceGroups, [
      ...['Company', 'GroupID', 'PostErrorLog', 'PostInProcess', 'ActiveUserID'],
    ]);
    const chart = ['Company', 'COACode', 'GLAccount1', 'Active', 'GLAcctDispGLAcctDisp', 'SysRevID'];
    this.addSet('Erp.BO.GLAccountSvc', 'GLAccounts', 'GLAccount', this.chart, chart);
    this.addSet('Erp.BO.POSvc', 'POes', 'POHeader', this.orders, [
      ...['Company', 'PONum', 'VendorNum', 'VoidOrder'],
    ]);
    this.addSet('Erp.BO.POSvc', 'PODetails', 'PODetail', this.orderLines, [
      ...['Company', 'PONUM', 'POLine', 'OpenLine', 'VoidLine'],
    ]);
    this.#addMethods();
  }

  addAccount(account: string, more: Row = {}): Row {
    const segments = account.split('|');
    const row: Row = {
      Company: this.company,
      COACode: 'MAIN',
      GLAccount1: account,
      GLAcctDispGLAcctDisp: segments.join('-'),
      Active: true,
      ...Object.fromEntries(segments.map((value, at) => [`SegValue${at + 1}`, value])),
      SysRevID: this.revision(),
      ...more,
    };
    this.chart.push(row);
    return row;
  }

  /** What an invoice charges: `line amount account`. */
  coding(invoiceNum: string): string[] {
    return this.expenses
      .filter((row) => row['InvoiceNum'] === invoiceNum)
      .map((row) => {
        const account = this.accounts.find((each) => sameExpense(each, row));
        return `${row['InvoiceLine']} ${add(digits(row['DocExpAmt']), '0')} ${account?.['GLAccount'] ?? '-'}`;
      });
  }

  #addMethods(): void {
    const on = (path: string, method: (call: SeenCall) => unknown) =>
      this.methods.set(`POST ${path}`, method);
    const change = (path: string, work: (ds: Dataset, call: SeenCall) => void) =>
      on(path, (call) => {
        const ds = withExactNumbers(call);
        work(ds, call);
        return { parameters: { ds } };
      });
    change(`${group}/GetNewAPInvGrpNoLock`, (ds) =>
      push(ds, 'APInvGrp', { Company: this.company, GroupID: '', RowMod: 'A' }),
    );
    change(`${group}/Update`, (ds) => this.saveGroup(last(ds, 'APInvGrp')));
    on(`${group}/UnlockGroup`, () => ({}));
    on(`${group}/DeleteByID`, ({ body }) => {
      remove(this.invoiceGroups, (row) => row['GroupID'] === body['groupID']);
      return {};
    });
    on(`${group}/PrePostGroupInvoices`, () => ({ parameters: { ReturnMessage: '', VarianceMessage: '' } }));
    for (const [method, isMemo] of [
      ['GetNewAPInvHedInvoice', false],
      ['GetNewAPInvHedDebitMemo', true],
    ] as const) {
      change(`${entry}/${method}`, (ds, { body }) => {
        this.openGroup(body['cGroupID']);
        push(ds, 'APInvHed', {
          Company: this.company,
          GroupID: body['cGroupID'],
          DebitMemo: isMemo,
          RowMod: 'A',
        });
      });
    }
    change(`${entry}/ChangeVendorID`, (ds, { body }) => {
      const vendor = this.vendors.find((row) => row['VendorID'] === body['ProposedVendorID']);
      if (!vendor) throw refuse('Vendor ID is not valid.');
      set(ds, 'APInvHed', { VendorNum: vendor['VendorNum'], TermsCode: 'N30', CurrencyCode: 'USD' });
    });
    change(`${entry}/ChangeInvoiceDateEx`, (ds, { body }) =>
      set(ds, 'APInvHed', { InvoiceDate: body['ProposedInvoiceDate'], DueDate: '2026-12-31' }),
    );
    change(`${entry}/ChangeTermsCode`, (ds, { body }) => {
      if (body['ProposedTermsCode'] !== 'N60') throw refuse('Terms Code is not valid.');
      set(ds, 'APInvHed', { TermsCode: 'N60', DueDate: '2027-01-30' });
    });
    change(`${entry}/ChangeCurrencyMaster`, (ds, { body }) =>
      set(ds, 'APInvHed', { CurrencyCode: body['ProposedCurrencyCode'] }),
    );
    change(`${entry}/ChangeInvoiceVendorAmt`, (ds, call) =>
      set(ds, 'APInvHed', { ScrDocInvoiceVendorAmt: number(call, 'ProposedInvoiceVendorAmt') }),
    );
    change(`${entry}/GetNewAPInvDtlMiscellaneous`, (ds, { body }) =>
      push(ds, 'APInvDtl', {
        Company: this.company,
        VendorNum: body['iVendorNum'],
        InvoiceNum: body['cInvoiceNum'],
        InvoiceLine: 0,
        LineType: 'M',
        RowMod: 'A',
      }),
    );
    change(`${entry}/GetNewAPInvDtlUnreceived`, (ds, { body }) =>
      push(ds, 'APInvDtl', {
        Company: this.company,
        VendorNum: body['iVendorNum'],
        InvoiceNum: body['cInvoiceNum'],
        InvoiceLine: 0,
        LineType: 'U',
        RowMod: 'A',
      }),
    );
    for (const column of ['PONum', 'POLine', 'PORelNum']) {
      change(`${entry}/Change${column}`, (ds, { body }) =>
        set(ds, 'APInvDtl', { [column]: body[`Proposed${column}`] }),
      );
    }
    change(`${entry}/ChangeVendorQty`, (ds, call) => {
      const row = (ds['APInvDtl'] ?? []).find((each) => each['RowMod'] === 'U');
      Object.assign(row ?? {}, { ScrVendorQty: number(call, 'ProposedVendorQty') });
    });
    change(`${entry}/ChangeUnitCost`, (ds, call) => {
      const row = (ds['APInvDtl'] ?? []).find((each) => each['RowMod'] === 'U');
      Object.assign(row ?? {}, { DocUnitCost: number(call, 'ProposedUnitCost') });
    });
    change(`${entry}/GetNewAPInvExp`, (ds, { body }) =>
      push(ds, 'APInvExp', {
        ...this.key(body),
        InvoiceLine: body['invoiceLine'],
        InvExpSeq: 0,
        RowMod: 'A',
      }),
    );
    change(`${entry}/GetNewAPInvExpTGLC`, (ds, { body }) =>
      push(ds, 'APInvExpTGLC', {
        ...this.key(body),
        InvoiceLine: body['invoiceLine'],
        InvExpSeq: body['invExpSeq'],
        RecordType: 'A',
        RowMod: 'A',
      }),
    );
    on(`${entry}/GetAPUninvoicedReceipts`, ({ body }) => ({
      parameters: {
        ds: {
          APUninvoicedReceipts: [],
          APUninvoicedRcptLines: this.receipts
            .filter((row) => row['PONum'] === body['InPONum'])
            .map((row) => ({ ...row, SelectLine: false, RowMod: '' })),
        },
      },
    }));
    change(`${entry}/SelectUninvoicedRcptLines`, (ds, { body }) => {
      ds['selected'] = [{ InvoiceNum: body['InvoiceNum'], VendorNum: body['InVendorNum'] }];
    });
    change(`${entry}/InvoiceSelectedLines`, (ds) => this.#invoiceReceipts(ds));
    change(`${entry}/Update`, (ds) => this.save(ds));
    on(`${entry}/UpdateMaster`, (call) => {
      const ds = withExactNumbers(call);
      const { headOnly } = this.faults;
      this.save(headOnly ? { APInvHed: ds['APInvHed'] ?? [] } : ds);
      return { parameters: { ds, lUpdateRan: true, requiresUserInput: false, opMessage: '' } };
    });
    on(`${entry}/UpdateExt`, (call) => {
      const ds = withExactNumbers(call);
      this.save(ds);
      return { returnObj: { BOUpdError: [] }, parameters: { ds, errorsOccurred: false } };
    });
    on(`${entry}/GetByID`, ({ body }) => ({
      returnObj: this.#invoice(body['vendorNum'], body['invoiceNum']),
    }));
    on(`${entry}/DeleteByID`, ({ body }) => {
      const [head] = this.#invoice(body['vendorNum'], body['invoiceNum'])['APInvHed'] ?? [];
      if (head?.['Posted']) throw refuse('Invoice is posted and cannot be changed.');
      for (const rows of [this.invoices, this.details, this.expenses, this.accounts]) {
        remove(
          rows,
          (row) => row['VendorNum'] === body['vendorNum'] && row['InvoiceNum'] === body['invoiceNum'],
        );
      }
      return {};
    });
    this.methods.set(`GET ${post}/GetNewParameters`, () => ({
      returnObj: { APInvoicePostParam: [{ GroupID: '', RowMod: 'A' }] },
    }));
    on(`${post}/SubmitToAgent`, ({ body }) => this.#post(body));
  }

  #invoiceReceipts(ds: Dataset): void {
    const [where] = ds['selected'] ?? [];
    for (const row of (ds['APUninvoicedRcptLines'] ?? []).filter((each) => each['SelectLine'] === true)) {
      const receipt = this.receipts.find(
        (each) => each['PackSlip'] === row['PackSlip'] && each['PackLine'] === row['PackLine'],
      );
      if (!receipt) throw refuse('Receipt is not valid.');
      remove(this.receipts, (each) => each === receipt);
      const cost = multiply(digits(receipt['qty']), digits(receipt['cost']));
      const line: Row = {
        ...{ Company: this.company, VendorNum: where?.['VendorNum'], InvoiceNum: where?.['InvoiceNum'] },
        ...{ InvoiceLine: 0, LineType: 'R', Description: 'Receipt', RowMod: 'A' },
        ...{ PONum: row['PONum'], POLine: row['POLine'], PackSlip: row['PackSlip'] },
        ...{ ScrVendorQty: receipt['qty'], DocUnitCost: receipt['cost'], ScrDocExtCost: amount(cost) },
      };
      this.save({ APInvDtl: [line] });
    }
  }

  #invoice(vendorNum: unknown, invoiceNum: unknown): Dataset {
    const key = { VendorNum: vendorNum, InvoiceNum: invoiceNum };
    const own = (rows: Row[]) =>
      rows.filter((row) => sameInvoice(row, key)).map((row) => ({ ...row, RowMod: '' }));
    const heads = own(this.invoices);
    if (heads.length === 0) {
      throw new Refused(404, 'Ice.Common.RecordNotFoundException', 'Record not found.');
    }
    return {
      APInvHed: heads,
      APInvDtl: own(this.details),
      APInvExp: own(this.expenses),
      APInvExpTGLC: own(this.accounts),
    };
  }

  #post(body: Row): unknown {
    const groupId = ((body['ds'] as Dataset)['APInvoicePostParam'] ?? [])[0]?.['GroupID'];
    const held = this.invoiceGroups.find((row) => row['GroupID'] === groupId);
    if (!held) throw refuse('Group ID is not valid.');
    this.submitted += 1;
    if (this.postWords !== undefined) held['PostErrorLog'] = this.postWords;
    else {
      for (const head of this.invoices.filter((row) => row['GroupID'] === groupId)) head['Posted'] = true;
      remove(this.invoiceGroups, (row) => row === held);
    }
    return {};
  }
}
