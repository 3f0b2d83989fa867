import type { Answered } from '../world/callers';
import type { TrialSite } from './trial-site';

export const INVOICES = 'Erp.BO.APInvoiceSvc';
export const OFFICE = { GLAccount: '6100|40|200', SegValue1: '6100', SegValue2: '40', SegValue3: '200' };
export const PARTS = { GLAccount: '5020|10|200', SegValue1: '5020', SegValue2: '10', SegValue3: '200' };
/** Segments of an account that the company does not have. */
export const NOWHERE = { GLAccount: '1|2|3', SegValue1: '1', SegValue2: '2', SegValue3: '3' };

export interface InvoiceWish {
  readonly number?: string;
  readonly total?: number;
  readonly head?: object;
  readonly line?: object;
  readonly account?: object;
}

/** Makes the invoice group that the invoices below stand in. */
export async function openGroup({ caller, today }: TrialSite): Promise<void> {
  const svc = 'Erp.BO.APInvGrpSvc';
  const ds = await caller.dataset(`${svc}/GetNewAPInvGrpNoLock`, { ds: { APInvGrp: [] } });
  Object.assign(ds.APInvGrp[0], { GroupID: 'ML1', ApplyDate: today });
  await caller.dataset(`${svc}/Update`, { ds });
}

/** A whole invoice of one line over two accounts, as a dataset. */
export function wholeInvoice({ today }: TrialSite, wish: InvoiceWish = {}) {
  const { number = 'B-1', total = 100.01, head = {}, line = {}, account = {} } = wish;
  const key = { Company: 'EPIC06', VendorNum: 101, InvoiceNum: number };
  const part = { ...key, InvoiceLine: 1 };
  const book = { BookID: 'MAIN', COACode: 'MAIN', RecordType: 'A' };
  return {
    APInvHed: [
      {
        ...key,
        GroupID: 'ML1',
        VendorNumVendorID: 'ALLIE101',
        InvoiceDate: today,
        ApplyDate: today,
        ScrDocInvoiceVendorAmt: total,
        ExternalID: 'doc-1',
        RowMod: 'A',
        ...head,
      },
    ],
    APInvDtl: [
      {
        ...part,
        LineType: 'M',
        Description: 'Paper and bolts',
        ScrVendorQty: 1,
        DocUnitCost: total,
        ScrDocExtCost: total,
        RowMod: 'A',
        ...line,
      },
    ],
    APInvExp: [
      { ...part, InvExpSeq: 1, DocScrExpAmt: 40, RowMod: 'A' },
      { ...part, InvExpSeq: 2, DocScrExpAmt: 60.01, RowMod: 'A' },
    ],
    APInvExpTGLC: [
      { ...part, ...book, InvExpSeq: 1, ...OFFICE, RowMod: 'A', ...account },
      { ...part, ...book, InvExpSeq: 2, ...PARTS, RowMod: 'A' },
    ],
  };
}

/** Saves a dataset as a master save. */
export function saveWhole({ caller }: TrialSite, ds: object, more: object = {}): Promise<Answered> {
  return caller.post(`${INVOICES}/UpdateMaster`, {
    ds,
    cGroupID: 'ML1',
    cTableName: 'APInvHed',
    runChkCPay: false,
    runChkBankRef: false,
    runChkRevChrg: false,
    suppressUserPrompts: true,
    ...more,
  });
}

/** The dataset of a stored invoice. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into datasets of any shape
export async function readInvoice({ caller }: TrialSite, invoiceNum = 'B-1'): Promise<any> {
  const reply = await caller.post(`${INVOICES}/GetByID`, { vendorNum: 101, invoiceNum });
  return reply.json.returnObj;
}

/** Asks the system agent to post the group. */
export function postInvoices({ caller }: TrialSite): Promise<Answered> {
  return caller.post('Erp.PROC.APInvoicePostSvc/SubmitToAgent', {
    ds: { APInvoicePostParam: [{ GroupID: 'ML1' }] },
    agentID: 'SystemTaskAgent',
    agentSchedNum: 0,
    agentTaskNum: 0,
    maintProgram: 'Erp.UI.APInvoicePost',
  });
}

/** The accounts of a dataset in their order. */
// biome-ignore lint/suspicious/noExplicitAny: datasets of any shape
export function accountsOf(ds: any): string[] {
  return ds.APInvExpTGLC.map((row: { GLAccount: string }) => row.GLAccount);
}
