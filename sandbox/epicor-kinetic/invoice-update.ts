import { exact, type WireObject } from '../http/exact-json';
import { Dataset } from './dataset';
import { needFreeGroup } from './invoice-group';
import { removeInvoice } from './invoice-head';
import { lookalikeOf, saveInvoices } from './invoice-save';
import { groupTotal, INVOICE_TREE, openInvoice } from './invoice-tree';
import { type Method, type MethodCall, type MethodReply, writes } from './method';
import { treeOf } from './method-reads';
import { EpicorRefusal } from './refusal';
import { tableOf } from './schema';
import { text } from './state';
import type { Row } from './table-rows';

/** What a save answers with: the saved invoices, or only their heads. */
function savedTree(call: MethodCall, heads: readonly Row[]): WireObject {
  const tree = treeOf(call.state, call.company, tableOf(call.state.schema, 'APInvHed'), heads);
  return call.state.switches.savedDataset === 'whole' ? tree : { APInvHed: tree['APInvHed'] ?? [] };
}

const update = writes((call): MethodReply => {
  const heads = saveInvoices(call, call.dataset(), { decide: 'row-mod' });
  return { parameters: { ds: savedTree(call, heads) } };
});

/** What a master save says beside its dataset. */
function masterReply(call: MethodCall, groupId: string, ran: boolean, question: string): WireObject {
  return {
    grpTotalInvAmt: exact(groupTotal(call, groupId)),
    requiresUserInput: question !== '',
    opMessage: question,
    opMsgChkBankRef: '',
    opChkRevMsg: '',
    lEnableGenLegalNum: false,
    lUpdateRan: ran,
    opDUAMsg: '',
  };
}

/** A question that stops the save while nobody is there to answer it. */
function questionAbout(call: MethodCall, ds: Dataset): string {
  const { asksAboutLookalikes } = call.state.switches;
  if (call.flag('suppressUserPrompts') || !asksAboutLookalikes) return '';
  for (const sent of ds.rows('APInvHed').filter((row) => row['RowMod'] === 'A')) {
    const twin = lookalikeOf(call, sent);
    if (twin !== undefined)
      return `Invoice ${text(twin, 'InvoiceNum')} has the same date and amount. Do you want to continue?`;
  }
  return '';
}

const updateMaster = writes((call): MethodReply => {
  const [groupId, table] = [call.text('cGroupID'), call.text('cTableName')];
  for (const name of ['runChkCPay', 'runChkBankRef', 'runChkRevChrg']) call.flag(name);
  if (!INVOICE_TREE.some((known) => known === table))
    throw new EpicorRefusal(
      500,
      'System.ArgumentException',
      `Table ${table} does not belong to the dataset.`,
    );
  const ds = call.dataset();
  needFreeGroup(call, groupId);
  const question = questionAbout(call, ds);
  const { idleSaveEvery, wholeInvoice } = call.state.switches;
  call.state.saves += 1;
  const idle = idleSaveEvery > 0 && call.state.saves % idleSaveEvery === 0;
  if (idle || question !== '')
    return { parameters: { ds: ds.toWire(), ...masterReply(call, groupId, false, question) } };
  const heads = saveInvoices(call, ds, {
    decide: 'row-mod',
    groupId,
    ...(wholeInvoice === 'named-table' ? { onlyTable: table } : {}),
    blankAccounts: wholeInvoice === 'without-accounts' && table === 'APInvHed',
  });
  return { parameters: { ds: savedTree(call, heads), ...masterReply(call, groupId, true, '') } };
});

interface SaveError {
  readonly TableName: string;
  readonly ErrorLevel: string;
  readonly ErrorType: string;
  readonly ErrorText: string;
  readonly ErrorSysRowID: string;
}

function asError(error: unknown, table: string): SaveError & WireObject {
  if (!(error instanceof EpicorRefusal)) throw error;
  return {
    TableName: error.details[0]?.Table ?? table,
    ErrorLevel: 'Error',
    ErrorType: error.errorType,
    ErrorText: error.message,
    ErrorSysRowID: '00000000-0000-0000-0000-000000000000',
  };
}

/** The rows of a dataset that belong to one head, as a dataset of their own. */
function branchOf(call: MethodCall, ds: Dataset, head: Row): Dataset {
  const branch = Dataset.empty(call.state);
  for (const table of INVOICE_TREE) {
    const mine = ds
      .rows(table)
      .filter(
        (row) =>
          row['VendorNum'] === head['VendorNum'] &&
          text(row, 'InvoiceNum').toLowerCase() === text(head, 'InvoiceNum').toLowerCase(),
      );
    branch.replace(table, mine);
  }
  return branch;
}

/** Saves row after row, each fetched or made by the server itself; what fails is reported beside status 200. */
const updateExt = writes((call): MethodReply => {
  const goesOn = call.flag('continueProcessingOnError');
  const whole = call.flag('rollbackParentOnChildError');
  const ds = call.dataset();
  const [errors, saved]: [WireObject[], Set<Row>] = [[], new Set()];
  const save = (part: Dataset, table: string): boolean => {
    try {
      for (const head of saveInvoices(call, part, { decide: 'existence' })) saved.add(head);
      return true;
    } catch (error) {
      errors.push(asError(error, table));
      return goesOn;
    }
  };
  const inSteps = (head: Row): boolean => {
    const branch = branchOf(call, ds, head);
    return INVOICE_TREE.every((table) =>
      branch.rows(table).every((row) => {
        const step = Dataset.empty(call.state);
        step.replace(table, [row]);
        return save(step, table);
      }),
    );
  };
  for (const head of ds.rows('APInvHed')) {
    if (!(whole ? save(branchOf(call, ds, head), 'APInvHed') : inSteps(head))) break;
  }
  if (ds.rows('APInvHed').length === 0) save(ds, 'APInvDtl');
  const shown = errors.length === 0 || saved.size > 0 ? savedTree(call, [...saved]) : {};
  return {
    returnObj: { BOUpdError: errors },
    parameters: { ds: shown, errorsOccurred: errors.length > 0 },
  };
});

/** Methods that save or delete invoices. */
export const INVOICE_UPDATES: Readonly<Record<string, Method>> = {
  Update: update,
  UpdateMaster: updateMaster,
  UpdateExt: updateExt,
  UpdateMasterExt: writes((call): MethodReply => {
    call.flag('recalculateByExtCost');
    return updateExt.run(call);
  }),
  DeleteByID: writes((call): MethodReply => {
    const key: Row = { VendorNum: call.whole('vendorNum'), InvoiceNum: call.text('invoiceNum') };
    const head = openInvoice(call, key, 'APInvHed');
    call.state.atomically(() => removeInvoice(call, head));
    return {};
  }),
};
