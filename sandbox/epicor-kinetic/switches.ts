/** What is not publicly known about the real system, or differs by site: every answer can be chosen. */
export interface EpicorSwitches {
  /** Waiting time of every answer, in milliseconds. */
  latencyMs: number;
  /** Most rows an OData read gives. */
  rowLimit: number;
  /** `$top` above the row limit is cut down to it. */
  capTop: boolean;
  /** Full pages carry `@odata.nextLink`. */
  nextLink: boolean;
  /** Rows come in a new order at each read unless `$orderby` decides between them. */
  unstableOrder: boolean;
  /** Every table has a column `UpdatedOn`; without it, filtering by it is refused. */
  updatedOnAlias: boolean;
  changeDatePrecision: 'day' | 'second';
  /** How dates leave: without offset, with `Z`, or with an offset. */
  dateStyle: 'plain' | 'z' | 'offset';
  /** Decimals as stored, or always with five digits. */
  decimalStyle: 'stored' | 'five';
  nestedExpand: boolean;
  /** Filtering and sorting by joined or calculated columns. */
  linkedColumnFilter: 'refuse' | 'allow';
  /** A path without the company segment: another company's rows, or 404. */
  missingCompany: 'other-company' | 'not-found';
  /** Every read answers with another company's rows. */
  wrongTenantRows: boolean;
  /** 401 answers without a body. */
  emptyUnauthorized: boolean;
  /** Services whose direct OData reads answer 500. */
  heavyServices: string[];
  /** Encoded slashes in a key URL answer 404, as the web server in front does. */
  refuseEncodedSlash: boolean;
  /** Life of a token of either token service, in milliseconds. */
  tokenLifeMs: number;
  /** How long the system agent takes to post a group, in milliseconds. */
  postingMs: number;
  /** A posted payment group stays, empty, or is gone. */
  groupAfterPosting: 'delete' | 'keep';
  paymentEntriesShowPosted: boolean;
  /** A check number used before on the same bank account. */
  duplicateCheckNumber: 'refuse' | 'allow';
  /** Status of a write with a stale row version. */
  staleRowStatus: number;
  /** Entering an allocation proposes the discount while its date has not passed. */
  proposeDiscount: boolean;
  /** Status of a refusal by a rule of the business; 200: the error stands in the body of an answer that looks well. */
  businessErrorStatus: 200 | 400 | 500;
  businessErrorType: 'Ice.Common.BusinessObjectException' | 'Ice.BLException';
  /** A second invoice of one number and vendor: a conflict, or an ordinary business error. */
  duplicateInvoice: 'conflict' | 'business-error';
  /** What one `UpdateMaster` with a whole invoice saves: all, without the accounts, or only rows of the named table. */
  wholeInvoice: 'all' | 'without-accounts' | 'named-table';
  /** Every so manieth `UpdateMaster` says that it did not run, and saves nothing; 0: never. */
  idleSaveEvery: number;
  /** What a save answers with: the saved documents, or only their heads. */
  savedDataset: 'whole' | 'heads';
  /** An `UpdateMaster` asks about an invoice that looks like another one unless prompts are suppressed. */
  asksAboutLookalikes: boolean;
  /** An update row that lacks columns. */
  sparseRows: 'allow' | 'refuse';
  /** The per-line entity sets lose the account. */
  perLineAccounts: 'blank' | 'kept';
  /** The server adds its own distribution to a line also when one was given. */
  defaultDistribution: 'unless-given' | 'always';
  /** What an account is read from where both its text and its segments are columns. */
  accountFrom: 'either' | 'segments';
  /** An account that does not exist or is not active. */
  invalidAccount: 'refuse' | 'blank' | 'until-posting';
  /** A date in a closed period. */
  closedPeriod: 'refuse' | 'until-posting';
  inactiveVendor: 'refuse' | 'allow';
  /** Where a typed-in extended cost differs from quantity times unit cost. */
  extendedCost: 'entered' | 'calculated';
  negativeUnitCost: 'allow' | 'refuse';
  /** An order number in the head that does not exist. */
  unknownOrder: 'refuse' | 'allow';
  /** Taxes of the head's tax region are calculated at each save. */
  automaticTax: boolean;
  taxRounding: 'document' | 'line';
  /** `ChangeInvoiceDateEx` asks for `cMessageText`, as older builds do. */
  dateWantsMessage: boolean;
  /** How long someone else holds each invoice group that was just made, in milliseconds. */
  groupHeldMs: number;
  /** Whether the group is posted as far as it can be, or all or nothing. */
  groupPosting: 'whole' | 'what-is-right';
  /** Whether users may post invoices and journals through this interface. */
  mayPost: boolean;
  /** Whether the payment hold of an invoice can be changed by a save once the invoice is posted. */
  postedPayHold: 'changeable' | 'refused';
  /** Journal heads and lines that were posted: kept as posted, or gone from the entry service. */
  journalAfterPosting: 'keep' | 'delete';
  /** Posting a journal that is wrong: an entry in the post log, or a refusal. */
  wrongJournal: 'logged' | 'refused';
  /** A journal's own date: any open one, or only one in the fiscal period of its group. */
  journalDate: 'any' | 'in-period-of-group';
}

export const EPICOR_DEFAULTS: EpicorSwitches = {
  latencyMs: 0,
  rowLimit: 100,
  capTop: true,
  nextLink: false,
  unstableOrder: false,
  updatedOnAlias: true,
  changeDatePrecision: 'day',
  dateStyle: 'plain',
  decimalStyle: 'stored',
  nestedExpand: true,
  linkedColumnFilter: 'refuse',
  missingCompany: 'other-company',
  wrongTenantRows: false,
  emptyUnauthorized: false,
  heavyServices: [],
  refuseEncodedSlash: true,
  tokenLifeMs: 3_600_000,
  postingMs: 50,
  groupAfterPosting: 'delete',
  paymentEntriesShowPosted: true,
  duplicateCheckNumber: 'refuse',
  staleRowStatus: 409,
  proposeDiscount: true,
  businessErrorStatus: 400,
  businessErrorType: 'Ice.Common.BusinessObjectException',
  duplicateInvoice: 'conflict',
  wholeInvoice: 'all',
  idleSaveEvery: 0,
  savedDataset: 'whole',
  asksAboutLookalikes: true,
  sparseRows: 'allow',
  perLineAccounts: 'blank',
  defaultDistribution: 'unless-given',
  accountFrom: 'either',
  invalidAccount: 'refuse',
  closedPeriod: 'refuse',
  inactiveVendor: 'refuse',
  extendedCost: 'entered',
  negativeUnitCost: 'allow',
  unknownOrder: 'refuse',
  automaticTax: false,
  taxRounding: 'document',
  dateWantsMessage: false,
  groupHeldMs: 0,
  groupPosting: 'whole',
  mayPost: true,
  postedPayHold: 'changeable',
  journalAfterPosting: 'keep',
  wrongJournal: 'logged',
  journalDate: 'any',
};
