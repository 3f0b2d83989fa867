import { day, decimal, flag, integer, listOf, rowSchema, text } from './columns';

const distribution = rowSchema({
  InvExpSeq: integer(),
  DocExpAmt: decimal(),
  COACode: text(),
  GLAccount: text('Segments joined by a bar, as in the stream gl-accounts.'),
  GLAccountDisplay: text('The account as people write it.'),
  Segments: listOf({ type: 'string' }),
});

const charge = rowSchema({
  MscNum: integer(),
  MiscCode: text(),
  Description: text(),
  DocMiscAmt: decimal(),
  Distributions: listOf(distribution),
});

const line = rowSchema({
  InvoiceLine: integer(),
  LineType: text('M miscellaneous, R receipt, U unreceived order, A advance, J job, S asset.'),
  PartNum: text(),
  VenPartNum: text(),
  Description: text(),
  LineComment: text(),
  VendorQty: decimal(),
  PUM: text(),
  DocUnitCost: decimal(),
  DocExtCost: decimal(),
  PONum: integer(),
  POLine: integer(),
  PORelNum: integer(),
  PackSlip: text(),
  JobNum: text(),
  TaxCatID: text(),
  Distributions: listOf(distribution),
  Charges: listOf(charge),
});

const tax = rowSchema({
  TaxCode: text(),
  RateCode: text(),
  Description: text(),
  DocTaxAmt: decimal(),
  ReverseCharge: flag(),
});

const attachment = rowSchema({
  DrawingSeq: integer(),
  XFileRefNum: integer('Key of the file, by which its content is fetched.'),
  DrawDesc: text(),
  FileName: text(),
  DocTypeID: text(),
});

/** An AP invoice as this system keeps it; the lists come only when a single invoice is fetched. */
export const invoiceRow = rowSchema({
  Company: text(),
  VendorNum: integer(),
  VendorNumVendorID: text(),
  VendorNumName: text(),
  InvoiceNum: text('Unique for its vendor.'),
  InvoiceType: text(),
  DebitMemo: flag('Its amounts are negative.'),
  InvoiceRef: text('Invoice that a debit memo relates to.'),
  InvoiceDate: day(),
  DueDate: day(),
  ApplyDate: day('Date in the general ledger.'),
  DiscountDate: day(),
  TermsCode: text(),
  CurrencyCode: text(),
  ExchangeRate: decimal(),
  DocInvoiceAmt: decimal("Total in the invoice's currency, as all amounts here."),
  DocInvoiceBal: decimal('Open balance by posted payments.'),
  DocUnpostedBal: decimal('Open balance by all payments entered, posted or not.'),
  DocTaxAmt: decimal(),
  Posted: flag(),
  OpenPayable: flag(),
  InvoiceHeld: flag('Not to be posted.'),
  PayHold: flag('Not to be paid.'),
  Description: text(),
  InvoiceComment: text(),
  REFPONum: integer('Purchase order of the whole invoice; 0 for none.'),
  LegalNumber: text(),
  CorrectionInv: flag(),
  CancellationInv: flag('It cancels another invoice.'),
  RefCancelledby: text('Invoice that cancelled this one.'),
  ExternalID: text(),
  Lines: listOf(line),
  Distributions: listOf(distribution),
  Charges: listOf(charge),
  Taxes: listOf(tax),
  Attachments: listOf(attachment),
});
