import type { ErrorRule } from '../../runtime/connector/manifest';
import { hiddenCodes } from './failures';

/** Codes that the operations themselves react to. */
export const errorCodes = {
  duplicate: 'EPICOR_DUPLICATE',
  groupLocked: 'EPICOR_GROUP_LOCKED',
  staleRow: 'EPICOR_STALE_ROW',
  noSuchRow: 'EPICOR_NO_SUCH_ROW',
  noSuchService: 'EPICOR_NO_SUCH_SERVICE',
} as const;

const keyRefused = {
  recovery: 'configuration',
  code: 'EPICOR_API_KEY_REFUSED',
  text: 'Epicor does not accept the API key.',
  remedy:
    'Check EPICOR_API_KEY in API Key Maintenance: the environment, the expiry, the company it is limited to.',
} as const;

/**
 * Business errors come with 400, with 409 or, on some builds, with 500: `ErrorType` goes before the status.
 * What stands here as rejected was refused as a whole; Epicor rolls a refused save back.
 */
export const errorTable: readonly ErrorRule[] = [
  {
    when: { code: [hiddenCodes.wrongCompany], effect: ['once'] },
    recovery: 'ambiguous',
    code: 'WRONG_COMPANY',
    text: 'Epicor answered with rows of another company.',
    remedy: 'Check EPICOR_COMPANY, and to which company the API key and the user are limited.',
  },
  {
    when: { code: [hiddenCodes.wrongCompany] },
    recovery: 'configuration',
    code: 'WRONG_COMPANY',
    text: 'Epicor answered with rows of another company.',
    remedy: 'Check EPICOR_COMPANY, and to which company the API key and the user are limited.',
  },
  {
    when: { code: [hiddenCodes.notSaved] },
    recovery: 'rejected',
    code: 'EPICOR_NOT_SAVED',
    text: 'Epicor said success and saved nothing.',
    remedy:
      'Read its words: it asks something that cannot be answered over REST. Correct the cause, then replay.',
  },
  {
    when: { code: [hiddenCodes.savedInPart] },
    recovery: 'ambiguous',
    code: 'EPICOR_SAVED_IN_PART',
    text: 'Epicor saved a part of the document.',
    remedy: 'Nothing to do at first: what is there is looked up, and completed.',
  },
  {
    when: { status: [401], message: /^(?!.*(token|password|bearer)).*api[- ]?key/i },
    ...keyRefused,
  },
  {
    // Not the scope of a good key, which forbids single services only.
    when: {
      status: [403],
      message:
        /(invalid|missing|unknown|expired|disabled|no) api[- ]?key|api[- ]?key\b.{0,20}\b(invalid|not valid|missing|unknown|expired|disabled|required)/i,
    },
    ...keyRefused,
  },
  {
    when: { status: [401] },
    recovery: 'refresh-sign-in',
    code: 'EPICOR_SIGN_IN_REFUSED',
    text: 'Epicor does not accept the sign-in or the API key.',
    remedy: 'Check user, password and API key of the connection.',
  },
  {
    when: { status: [410] },
    recovery: 'refresh-sign-in',
    code: 'EPICOR_SESSION_ENDED',
    text: 'The session at Epicor has ended.',
    remedy: 'Nothing to do: a new one is opened.',
  },
  {
    when: { type: /InvalidSession/i },
    recovery: 'refresh-sign-in',
    code: 'EPICOR_SESSION_ENDED',
    text: 'The session at Epicor has ended.',
    remedy: 'Nothing to do: a new one is opened.',
  },
  {
    when: { message: /maximum users exceeded|no licen[cs]e.{0,20} available|licen[cs]e pool/i },
    recovery: 'rate-limited',
    code: 'EPICOR_NO_LICENSE_SEAT',
    text: 'All license seats are taken.',
    remedy: 'Nothing to do: calls go on when a seat is free. If it lasts, lower "calls at once".',
    wait: 15_000,
  },
  {
    when: { type: /UnauthorizedAccess/i },
    recovery: 'rejected',
    code: 'EPICOR_FORBIDDEN',
    text: 'The user or the API key has no right to this service.',
    remedy: "Add the service to the key's access scope and to the user's security groups, then replay.",
  },
  {
    when: { status: [403] },
    recovery: 'rejected',
    code: 'EPICOR_FORBIDDEN',
    text: 'The user or the API key has no right to this service.',
    remedy: "Add the service to the key's access scope and to the user's security groups, then replay.",
  },
  {
    when: { type: /DuplicateRecord/i },
    recovery: 'rejected',
    code: errorCodes.duplicate,
    text: 'Epicor has a row with this key already.',
    remedy: 'Compare the two; correct one of them, then replay.',
    reason: 'number-in-use',
  },
  {
    when: { status: [400, 409, 500], message: /duplicate/i },
    recovery: 'rejected',
    code: errorCodes.duplicate,
    text: 'Epicor has a row with this key already.',
    remedy: 'Compare the two; correct one of them, then replay.',
    reason: 'number-in-use',
  },
  {
    when: { message: /\bcheck (number|no\b).{0,60}\b(in use|used|taken|exists|assigned)\b/i },
    recovery: 'rejected',
    code: 'EPICOR_CHECK_NUMBER_USED',
    text: 'The check number is taken in Epicor.',
    remedy:
      'Look for the payment with this number at the bank account: void it or correct one of them, then replay.',
    reason: 'number-in-use',
  },
  {
    when: { message: /\bgroup\b.{0,80}\b(locked|in use)\b|locked by (another|a different) user/i },
    recovery: 'rejected',
    code: errorCodes.groupLocked,
    text: 'The group is in use by somebody else.',
    remedy: 'Leave the group in Epicor, or unlock it there, then replay.',
  },
  {
    when: { message: /(modified|changed|updated) by (another|a different) (user|process)/i },
    recovery: 'rejected',
    code: errorCodes.staleRow,
    text: 'Somebody else changed the row meanwhile.',
    remedy: 'Nothing to do: it is read again and tried once more. If it parked, replay.',
  },
  {
    when: { status: [409] },
    recovery: 'rejected',
    code: errorCodes.staleRow,
    text: 'Somebody else changed the row meanwhile.',
    remedy: 'Nothing to do: it is read again and tried once more. If it parked, replay.',
  },
  {
    when: {
      message:
        /closed.{0,40}period|period.{0,40}(closed|not open)|(no|not in an) open.{0,20}period|earliest apply date/i,
    },
    recovery: 'rejected',
    code: 'EPICOR_PERIOD_CLOSED',
    text: 'The fiscal period of the date is closed in Epicor.',
    remedy: 'Open the period, then replay.',
    reason: 'period-closed',
  },
  {
    when: { type: /(File|Directory)NotFound/i },
    recovery: 'not-found',
    code: 'EPICOR_NO_SUCH_FILE',
    text: 'Epicor knows the file and cannot find it where it was stored.',
    remedy:
      'Look for the attachment in Epicor: it may have been moved, or be a link to a folder of somebody.',
  },
  {
    when: { type: /RecordNotFound/i },
    recovery: 'not-found',
    code: errorCodes.noSuchRow,
    text: 'Epicor has no such row.',
    remedy: 'Look for it in Epicor: it may have been deleted.',
  },
  {
    when: { status: [404], call: /^ping$/ },
    recovery: 'configuration',
    code: 'EPICOR_NO_SUCH_ADDRESS',
    text: 'There is no Kinetic API of this company at this address.',
    remedy:
      'Check EPICOR_BASE_URL (server and instance, without /api) and EPICOR_COMPANY, both exactly as written.',
  },
  {
    // Whether it is only this service or the address that is wrong, another service tells.
    when: { status: [404], type: /ApiException/i, call: /(^|-)(list|find)(-|$)/ },
    recovery: 'rejected',
    code: errorCodes.noSuchService,
    text: 'This site of Epicor has no such service.',
    remedy: 'Switch off what needs it, or have the module licensed; then replay.',
  },
  {
    // The company and its entity sets are there: only this method is not, as builds differ.
    when: { status: [404], type: /ApiException/i },
    recovery: 'rejected',
    code: 'EPICOR_NO_SUCH_METHOD',
    text: 'This build of Epicor has no such method.',
    remedy: 'Choose another way of entering on the write node, or enter it in Epicor.',
  },
  {
    when: { type: /ODataException/i },
    recovery: 'rejected',
    code: 'EPICOR_QUERY_REFUSED',
    text: 'Epicor does not understand the query.',
    remedy: 'Choose another way of finding changes, or another date column, on the read node.',
  },
  {
    when: { type: /ConversionsPending/i },
    recovery: 'retry',
    code: 'EPICOR_UPGRADING',
    text: 'The Epicor server is being upgraded.',
    remedy: 'Nothing to do: it is tried again.',
    wait: 30_000,
  },
  {
    when: { type: /BusinessObjectException|BLException/i },
    recovery: 'rejected',
    code: 'EPICOR_REFUSED',
    text: 'Epicor refused it.',
    remedy: "Read Epicor's own words, correct the cause, then replay.",
  },
];
