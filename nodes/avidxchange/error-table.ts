import type { ErrorRule } from '../../runtime/connector/manifest';

/** Our own word for it: AvidXchange answers well, and the one we look for is not there. */
export const noAccountingSystem = 'NoAccountingSystem';

const repeatable = ['read', 'idempotent'] as const;
const throttled = [
  '900800',
  '900801',
  '900802',
  '900803',
  '900804',
  '900805',
  '900806',
  '900807',
  '900808',
  '900809',
];

/** What AvidXchange's refusals mean for us, those of the gateway before it by their own numbers. */
export const errorTable: readonly ErrorRule[] = [
  {
    when: { code: throttled },
    recovery: 'rate-limited',
    code: 'AVIDXCHANGE_THROTTLED',
    text: 'The gateway of AvidXchange takes no more calls for the moment.',
    remedy: 'Nothing to do: calls go on when it says so. If it goes on, lower the calls at once.',
  },
  {
    when: { code: ['900900', '900901', '900902', '900903', '900904', '900905'] },
    recovery: 'refresh-sign-in',
    code: 'AVIDXCHANGE_CREDENTIALS_REFUSED',
    text: 'The gateway of AvidXchange refused the credentials.',
    remedy: 'Nothing to do unless it goes on: then check the tokens and the headers of the connection.',
  },
  {
    when: { code: [noAccountingSystem], call: /accounting-system/ },
    recovery: 'configuration',
    code: 'AVIDXCHANGE_NO_ACCOUNTING_SYSTEM',
    text: 'AvidXchange has no such accounting system.',
    remedy: 'Set AVIDXCHANGE_ACCOUNTING_SYSTEM to the name or the number of one of those that there are.',
  },
  {
    // Every customer has accounting systems: where they are not, nothing is.
    when: { status: [404], call: /accounting-system/ },
    recovery: 'configuration',
    code: 'AVIDXCHANGE_WRONG_ADDRESS',
    text: 'There is no API of AvidXchange at this address.',
    remedy: 'Check AVIDXCHANGE_BASE_URL, and version and paths in the conventions of the connection.',
  },
  {
    when: { code: ['900906'] },
    recovery: 'not-found',
    code: 'AVIDXCHANGE_NO_SUCH_PATH',
    text: 'The gateway of AvidXchange knows no such path.',
    remedy: 'Check AVIDXCHANGE_BASE_URL, and the paths in the conventions of the connection.',
  },
  {
    when: { status: [401] },
    recovery: 'refresh-sign-in',
    code: 'AVIDXCHANGE_TOKEN_REFUSED',
    text: 'AvidXchange refused the token.',
    remedy: 'Make new tokens in the AvidSuite portal when these were revoked or rotated.',
  },
  {
    // It would be said of every document, and of every look at what became of it: none of them is at fault.
    when: { status: [403], call: /^(submit|find|get|upload)-|accounting-system/ },
    recovery: 'configuration',
    code: 'AVIDXCHANGE_NO_RIGHT',
    text: 'This user, or this subscription, may not send documents of this kind, or not look at them.',
    remedy:
      'Give the user the role in AvidSuite, or have the API subscribed to, and as a partner check AVIDXCHANGE_COMPANY_ID. What waits is sent by itself then.',
  },
  {
    when: { status: [403] },
    recovery: 'rejected',
    code: 'AVIDXCHANGE_NO_RIGHT',
    text: 'This user, or this subscription, may not make the call.',
    remedy:
      'Give the user the role in AvidSuite, or have the API subscribed to, and as a partner check AVIDXCHANGE_COMPANY_ID; use Test connection; replay.',
  },
  {
    when: { status: [405] },
    recovery: 'rejected',
    code: 'AVIDXCHANGE_READ_ONLY',
    text: 'AvidXchange does not allow this: the data is read-only there, or the path is another one.',
    remedy: 'Compare the paths in the conventions of the connection with what AvidXchange told you.',
  },
  {
    // An id is used once: the batch arrived, and something between here and there sent it a second time.
    when: { status: [409], call: /^submit-/ },
    recovery: 'ambiguous',
    code: 'AVIDXCHANGE_DUPLICATE_BATCH',
    text: 'AvidXchange has a batch under this id already.',
    remedy: 'Nothing to do: that batch is looked up.',
  },
  {
    when: { status: [409] },
    recovery: 'rejected',
    code: 'AVIDXCHANGE_CONFLICT',
    text: 'AvidXchange says that this contradicts what it has.',
    remedy: 'Read its words below, correct the cause, then replay.',
  },
  {
    when: { status: [413] },
    recovery: 'rejected',
    code: 'AVIDXCHANGE_TOO_LARGE',
    text: 'The batch, or an image in it, is larger than AvidXchange takes.',
    remedy: 'Choose a smaller batch or smaller images on the write node.',
    reason: 'image-refused',
  },
  {
    when: { status: [400, 422] },
    recovery: 'rejected',
    code: 'AVIDXCHANGE_INVALID_DATA',
    text: 'AvidXchange does not accept the data.',
    remedy: 'Correct the field that its words name, at the source or in the mapping, then replay.',
  },
  {
    when: { status: [500, 502, 503, 504], effect: repeatable },
    recovery: 'retry',
    code: 'AVIDXCHANGE_SYSTEM_ERROR',
    text: 'AvidXchange had an internal error.',
    remedy: 'Nothing to do: it is repeated.',
  },
  {
    when: { status: [500, 502, 503, 504], effect: ['once'] },
    recovery: 'ambiguous',
    code: 'AVIDXCHANGE_SYSTEM_ERROR',
    text: 'AvidXchange had an internal error; what was sent may have been taken.',
    remedy: 'Nothing to do: it is looked up before anything is sent again.',
  },
];
