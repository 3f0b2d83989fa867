import type { Random } from '../random';
import type { EpicorSwitches } from './switches';

/** What the documentation of Epicor leaves open, or sites decide, drawn: page sizes, orders, formats, waits. */
export function harshEpicorSwitches(random: Random): Partial<EpicorSwitches> {
  return {
    latencyMs: random.pick([0, 0, 3]),
    postingMs: random.pick([0, 20, 80]),
    unstableOrder: random.chance(0.3),
    nextLink: random.chance(0.3),
    rowLimit: random.pick([20, 50, 100]),
    changeDatePrecision: random.pick(['day', 'second']),
    dateStyle: random.pick(['plain', 'z', 'offset']),
    decimalStyle: random.pick(['stored', 'five']),
    groupAfterPosting: random.pick(['delete', 'keep']),
    staleRowStatus: random.pick([409, 500]),
    emptyUnauthorized: random.chance(0.3),
  };
}

/** What is left open about entering invoices and journals, drawn: wording of refusals, half saves, locks, checks early or late. */
export function harshEntrySwitches(random: Random): Partial<EpicorSwitches> {
  return {
    businessErrorStatus: random.pick([400, 400, 500, 200]),
    businessErrorType: random.pick(['Ice.Common.BusinessObjectException', 'Ice.BLException']),
    duplicateInvoice: random.pick(['conflict', 'business-error']),
    wholeInvoice: random.pick(['all', 'all', 'all', 'without-accounts', 'named-table']),
    idleSaveEvery: random.pick([0, 0, 5, 11]),
    savedDataset: random.pick(['whole', 'heads']),
    sparseRows: random.pick(['allow', 'refuse']),
    defaultDistribution: random.pick(['unless-given', 'unless-given', 'unless-given', 'always']),
    accountFrom: random.pick(['either', 'segments']),
    invalidAccount: random.pick(['refuse', 'refuse', 'blank', 'until-posting']),
    closedPeriod: random.pick(['refuse', 'until-posting']),
    extendedCost: random.pick(['entered', 'calculated']),
    negativeUnitCost: random.pick(['allow', 'refuse']),
    dateWantsMessage: random.chance(0.3),
    groupHeldMs: random.pick([0, 0, 100]),
    groupPosting: random.pick(['whole', 'what-is-right']),
    wrongJournal: random.pick(['logged', 'refused']),
    journalDate: random.pick(['any', 'in-period-of-group']),
    postedPayHold: random.pick(['changeable', 'refused']),
  };
}
