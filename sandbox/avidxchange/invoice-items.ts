import type { WireObject } from '../http/exact-json';
import { compared, sum } from '../money';
import { imagesIn } from './images';
import { ItemFields } from './item-fields';
import { refused } from './master-items';
import type { BatchRecord, Distribution, ItemResult } from './records';
import type { AvidSite } from './site';

const MEMBERS = [
  'ExternalInvoiceId',
  'Number',
  'InvoiceDate',
  'InvoiceDueDate',
  'PostingDate',
  'VendorExternalCode',
  'VendorName',
  'GrossAmount',
  'CurrencyCode',
  'PONumber',
  'AccountNumber',
  'Reference',
  'Memo',
  'Distributions',
  'Images',
];

/** Takes an invoice in, or says what is wrong with it. */
export function applyInvoice(site: AvidSite, batch: BatchRecord, item: WireObject): Omit<ItemResult, 'key'> {
  const { accountingSystemId } = batch;
  const fields = new ItemFields(item);
  const externalId = fields.needText('ExternalInvoiceId', 200);
  const number = fields.needText('Number', 50);
  const vendorCode = fields.needText('VendorExternalCode', 50);
  const gross = fields.needNumber('GrossAmount');
  const [invoiceDate, dueDate] = [fields.date('InvoiceDate'), fields.date('InvoiceDueDate')];
  if (item['PostingDate'] !== undefined && item['PostingDate'] !== null) fields.date('PostingDate');
  const currency = fields.text('CurrencyCode', 3) ?? 'USD';
  if (!site.switches.currencies.includes(currency)) {
    fields.wrong(`Currency ${currency} is not supported.`, 'CurrencyNotSupported');
  }
  const order = fields.text('PONumber', 50);
  const memo = fields.text('Memo', 500) ?? '';
  const vendorName = fields.text('VendorName', 100) ?? '';
  fields.text('Reference', 100);
  const distributions = distributionsIn(site, accountingSystemId, fields);
  checkVendor(site, accountingSystemId, vendorCode, fields);
  checkOrder(site, accountingSystemId, order, fields);
  const total = sum(distributions.map((each) => each.amount));
  if (compared(total, gross) !== 0) {
    fields.wrong(`Distributions add up to ${total}, GrossAmount is ${gross}.`, 'AmountMismatch');
  }
  if (site.switches.unknownMembers === 'refuse') fields.knowOnly(MEMBERS);
  if (site.switches.duplicateInvoice === 'refuse') {
    const twin =
      site.invoice(accountingSystemId, vendorCode, number) ??
      site.invoices.find(
        (each) => each.accountingSystemId === accountingSystemId && each.externalId === externalId,
      );
    if (twin !== undefined && twin.status !== 'Voided') {
      const message = `Invoice ${number} of vendor ${vendorCode} exists with id ${twin.id}.`;
      fields.wrong(message, 'DuplicateInvoice', twin.id);
      return { outcome: 'error', id: twin.id, errors: fields.errors };
    }
  }
  const { images, errors } = imagesIn(site, fields.list('Images'));
  if (site.switches.badImage === 'refuse-invoice') fields.errors.push(...errors);
  if (fields.errors.length > 0) return refused(fields);
  const isCoded = distributions.every((each) => each.codes.length > 0);
  const invoice = site.addInvoice({
    accountingSystemId,
    externalId,
    batch,
    vendorCode,
    vendorName,
    number,
    gross,
    invoiceDate,
    dueDate,
    order,
    memo,
    distributions,
    images,
    status: isCoded ? 'Pending Approval' : 'Pending Coding',
    rejectReason: undefined,
    paid: '0.00',
    underWay: '0.00',
  });
  batch.invoices.push(invoice);
  return { outcome: 'insert', id: invoice.id, errors };
}

function checkVendor(site: AvidSite, system: number, code: string, fields: ItemFields): void {
  const vendor = site.vendor(system, code);
  if (vendor?.active === true || code === '') return;
  const why = vendor === undefined ? 'was not found' : 'is not active';
  fields.wrong(`Vendor ${code} ${why}.`, 'VendorNotFound');
}

function checkOrder(site: AvidSite, system: number, order: string | undefined, fields: ItemFields): void {
  if (order === undefined || order === '' || site.switches.unknownOrder === 'allow') return;
  if (site.order(system, order) === undefined) {
    fields.wrong(`Purchase order ${order} was not found.`, 'PurchaseOrderNotFound');
  }
}

function distributionsIn(site: AvidSite, system: number, fields: ItemFields): Distribution[] {
  const given = fields.list('Distributions');
  if (given.length === 0) fields.wrong('Distributions are required.');
  return given.map((each) => {
    const line = new ItemFields(each, 'Distributions.');
    const amount = line.needNumber('Amount');
    const numbers = [line.number('LineNumber', 0), line.number('POLineNumber', 0)];
    const description = line.text('Description', 500) ?? '';
    const order = line.text('PONumber', 50);
    checkOrder(site, system, order, line);
    const codes = line.list('EnterpriseCodes').flatMap((code) => codesIn(site, system, code, line));
    fields.errors.push(...line.errors);
    const [lineNumber, orderLine] = numbers.map((text) => (text === undefined ? undefined : Number(text)));
    return { lineNumber, amount, description, order, orderLine, codes };
  });
}

function codesIn(site: AvidSite, system: number, given: WireObject, line: ItemFields): Distribution['codes'] {
  const code = new ItemFields(given, 'Distributions.EnterpriseCodes.');
  const value = code.needText('EnterpriseCodeValue', 100);
  const description = code.text('EnterpriseCodeValueDescription', 255) ?? '';
  const groups = code.list('EnterpriseCodeGroups').map((each) => String(each['CodeGroupName'] ?? ''));
  if (groups.length === 0) code.wrong(`Code ${value} names no group.`, 'CodeNotFound');
  for (const group of groups) {
    const known = site.code(system, group, value);
    if (known === undefined) code.wrong(`Code ${value} was not found in ${group}.`, 'CodeNotFound');
    else if (!known.active) code.wrong(`Code ${value} in ${group} is not active.`, 'CodeInactive');
  }
  line.errors.push(...code.errors);
  return groups.map((group) => ({ group, value, description }));
}
