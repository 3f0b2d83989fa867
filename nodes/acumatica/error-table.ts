import type { ErrorRule } from '../../runtime/connector/manifest';
import { hiddenCodes } from './failures';

/** Codes that readers and operations themselves react to. */
export const errorCodes = {
  noSuchRecord: 'ACUMATICA_NO_SUCH_RECORD',
  notFound: 'ACUMATICA_NOT_FOUND',
  cannotOptimize: 'ACUMATICA_CANNOT_OPTIMIZE',
  forbidden: 'ACUMATICA_FORBIDDEN',
  exists: 'ACUMATICA_PRECONDITION_FAILED',
  refused: 'ACUMATICA_REFUSED',
  operationFailed: 'ACUMATICA_OPERATION_FAILED',
} as const;

const seatText = /API Login Limit|CheckApiUsersLimits/i;
const seat = {
  recovery: 'rate-limited',
  code: 'ACUMATICA_NO_SEAT',
  text: 'All license seats for web service sessions are taken.',
  remedy:
    'Nothing to do: calls go on when a seat is free. If it lasts, end leftover sessions in Acumatica, or raise the number of API users of the license.',
  wait: 15_000,
} as const;

const sessionEnded = {
  recovery: 'refresh-sign-in',
  code: 'ACUMATICA_SESSION_ENDED',
  text: 'The session at Acumatica has ended.',
  remedy: 'Nothing to do: a new one is opened.',
} as const;

const noSuchRecord = {
  recovery: 'not-found',
  code: errorCodes.noSuchRecord,
  text: 'Acumatica has no such record.',
  remedy: 'Look for it in Acumatica: it may have been deleted.',
} as const;

const refused = {
  recovery: 'rejected',
  code: errorCodes.refused,
  text: 'Acumatica refused it.',
  remedy: "Read Acumatica's own words, correct the cause, then replay.",
} as const;

const periodClosed = {
  recovery: 'rejected',
  code: 'ACUMATICA_PERIOD_CLOSED',
  text: 'The financial period of the date is closed or does not exist in Acumatica.',
  remedy: 'Open or generate the period, then replay.',
  reason: 'period-closed',
} as const;

/**
 * Acumatica answers 500 for almost everything: a missing record, a wrong password, no free seat, a business rule.
 * Exception type and words go before the status. What stands here as rejected was rolled back as a whole.
 */
export const errorTable: readonly ErrorRule[] = [
  { when: { code: [hiddenCodes.sessionLost] }, ...sessionEnded },
  {
    when: { code: [hiddenCodes.notServed] },
    recovery: 'configuration',
    code: 'ACUMATICA_NO_SUCH_ENDPOINT',
    text: 'The instance does not offer this endpoint in this version.',
    remedy: 'Set ACUMATICA_ENDPOINT and ACUMATICA_VERSION to one of those that it offers.',
  },
  { when: { type: /NoEntitySatisfiesTheCondition/i }, ...noSuchRecord },
  { when: { message: /No entity satisfies the condition/i }, ...noSuchRecord },
  { when: { message: seatText }, ...seat },
  { when: { type: seatText }, ...seat },
  {
    when: { type: /CannotOptimize/i },
    recovery: 'rejected',
    code: errorCodes.cannotOptimize,
    text: 'Acumatica cannot list these fields together.',
    remedy: 'Nothing to do: the records are read one by one.',
  },
  {
    when: { message: /Optimization cannot be performed/i },
    recovery: 'rejected',
    code: errorCodes.cannotOptimize,
    text: 'Acumatica cannot list these fields together.',
    remedy: 'Nothing to do: the records are read one by one.',
  },
  {
    when: { type: /PXUndefinedCompany/i },
    recovery: 'configuration',
    code: 'ACUMATICA_NO_SUCH_TENANT',
    text: 'Acumatica does not know the tenant.',
    remedy: 'Check ACUMATICA_TENANT: the login name of the tenant, exactly as written.',
  },
  {
    when: { type: /PXSetupNotEntered/i },
    recovery: 'rejected',
    code: 'ACUMATICA_NOT_SET_UP',
    text: 'The tenant is not set up for this: a preferences form has not been filled in.',
    remedy: "Fill in the form that Acumatica's words name, then replay.",
  },
  {
    when: { message: /Invalid credentials/i },
    recovery: 'configuration',
    code: 'ACUMATICA_LOGIN_REFUSED',
    text: 'Acumatica refuses user or password.',
    remedy:
      'Check ACUMATICA_USERNAME and ACUMATICA_PASSWORD, and that the user is neither locked nor disabled.',
  },
  {
    // A read names no branch of its own: what is not there is the one that the call is made in.
    when: {
      status: [400, 403, 422, 500],
      effect: ['read'],
      message: /\bbranch\b.{0,80}(not (be )?found|not exist|not valid|invalid|no access|inactive)/i,
    },
    recovery: 'configuration',
    code: 'ACUMATICA_NO_SUCH_BRANCH',
    text: 'Acumatica does not let the user into the branch.',
    remedy: 'Check ACUMATICA_BRANCH, and the branches that the user may work in; or leave it empty.',
  },
  { when: { type: /PXNotLoggedIn/i }, ...sessionEnded },
  { when: { message: /not currently logged in/i }, ...sessionEnded },
  { when: { status: [401] }, ...sessionEnded },
  {
    when: { status: [403] },
    recovery: 'rejected',
    code: errorCodes.forbidden,
    text: 'The user has no right to this form, or the feature behind it is switched off.',
    remedy: "Give the user's role access to the form, or enable the feature, then replay.",
  },
  {
    when: { status: [404, 410] },
    recovery: 'not-found',
    code: errorCodes.notFound,
    text: 'There is nothing at that address.',
    remedy: 'Check that the endpoint has this entity and this action.',
  },
  {
    when: { status: [412] },
    recovery: 'rejected',
    code: errorCodes.exists,
    text: 'Acumatica has the record already, or no longer.',
    remedy: 'Look for the record in Acumatica, then replay.',
  },
  {
    when: {
      message:
        /Another process has (added|updated|deleted)|is being processed by another|operation.{0,40}(in progress|is running|not (been )?complete)/i,
    },
    recovery: 'retry',
    code: 'ACUMATICA_COLLISION',
    text: 'Somebody else works on the record, or in the session.',
    remedy: 'Nothing to do: it is looked at and tried again.',
    wait: 2_000,
  },
  {
    when: {
      status: [400, 422, 500],
      message:
        /period.{0,60}(closed|inactive|locked|not (open|found|exist|defined|generated)|cannot be found)|(closed|inactive|locked).{0,40}period/i,
    },
    ...periodClosed,
  },
  {
    when: {
      status: [400, 422, 500],
      message: /VendorRef.{0,200}already|already.{0,80}VendorRef|(Vendor|Payment) Ref.{0,80}already/i,
    },
    recovery: 'rejected',
    code: 'ACUMATICA_NUMBER_IN_USE',
    text: 'Acumatica has a document with this reference already.',
    remedy: 'Compare the two; correct one of them, then replay.',
    reason: 'number-in-use',
  },
  {
    when: {
      status: [400, 422, 500],
      message:
        /appli(ed|cation).{0,60}(unreleased|not (yet )?(been )?released)|another unreleased|AmountPaid.{0,80}(exceed|greater|more than|larger|less than or equal)/i,
    },
    recovery: 'rejected',
    code: 'ACUMATICA_BILL_TAKEN',
    text: 'The bill has less open than the payment applies, or another payment of it is entered.',
    remedy: 'Release, change or delete the other payment in Acumatica, then replay.',
    reason: 'partly-paid',
  },
  {
    when: {
      status: [400, 422, 500],
      message:
        /(another|different|other) currency|currency.{0,40}cash account|cash account.{0,60}currency|\bCurrencyID: /i,
    },
    recovery: 'rejected',
    code: 'ACUMATICA_OTHER_CURRENCY',
    text: 'The cash account is in another currency than the payment.',
    remedy: 'Name a cash account in the currency of the payment in the mapping, then replay.',
    reason: 'currency-mismatch',
  },
  {
    when: { status: [400, 422, 500], message: /vendor.{0,40}(inactive|on hold|hold payments)/i },
    recovery: 'rejected',
    code: 'ACUMATICA_VENDOR_INACTIVE',
    text: 'Acumatica pays nothing to this vendor: it is inactive or on hold.',
    remedy: 'Reactivate the vendor in Acumatica, then replay.',
    reason: 'vendor-inactive',
  },
  { when: { status: [400, 422] }, ...refused },
  // Older builds say so with 500, and not every body names its exception.
  { when: { status: [500], code: [hiddenCodes.fieldErrors] }, ...refused },
  { when: { status: [500], message: /status is invalid for processing/i }, ...refused },
  {
    when: { status: [500], type: /OutcomeEntityHasErrors|\bPX\.(Data|Objects|Api|Common|Web)\b/ },
    ...refused,
  },
  {
    when: { status: [500], effect: ['read'], call: /-state$/, code: [hiddenCodes.exception] },
    recovery: 'retry',
    code: errorCodes.operationFailed,
    text: 'Acumatica says that the operation failed.',
    remedy: "Read Acumatica's own words, correct the cause, then replay.",
  },
];
