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
};
