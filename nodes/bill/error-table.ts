import type { ErrorRule } from '../../runtime/connector/manifest';

const notHandled = ['read', 'idempotent'] as const;

/**
 * What BILL's codes mean for us. A code decides before a status does, because the same throttle comes as 429
 * from one place and as 422 from another. Texts decide nowhere but between two meanings of one code, where taking
 * one for the other costs a sign-in and no more.
 */
export const errorTable: readonly ErrorRule[] = [
  {
    when: { code: ['BDC_1322'] },
    recovery: 'rate-limited',
    code: 'BILL_TOO_MANY_AT_ONCE',
    text: 'BILL refused a fourth call at the same time (BDC_1322).',
    remedy: 'Nothing to do: it is repeated. If it goes on, other software uses the same developer key.',
  },
  {
    when: { code: ['BDC_1144'] },
    recovery: 'rate-limited',
    code: 'BILL_HOURLY_LIMIT',
    text: 'The calls that BILL allows in an hour for this developer key are used up (BDC_1144).',
    remedy: 'Nothing to do: it goes on at the next full hour. If it happens often, poll less.',
    wait: 'next-hour',
  },
  {
    when: { code: ['BDC_1101', 'BDC_1113'] },
    recovery: 'configuration',
    code: 'BILL_WRONG_PASSWORD',
    text: 'BILL does not accept the user name and password (BDC_1101).',
    remedy: 'Correct BILL_USERNAME and BILL_PASSWORD. The user must belong to the organization.',
  },
  {
    when: { code: ['BDC_1102'] },
    recovery: 'configuration',
    code: 'BILL_WRONG_DEV_KEY',
    text: 'BILL does not know the developer key (BDC_1102). It says so too when key and login belong to different environments.',
    remedy:
      'Check the environment: key, user and gateway must all be sandbox or all be production. Then BILL_DEV_KEY.',
  },
  {
    when: { code: ['BDC_1103'] },
    recovery: 'configuration',
    code: 'BILL_DEV_KEY_INACTIVE',
    text: 'The developer key is inactive (BDC_1103).',
    remedy: 'Activate the key in BILL, or set another one as BILL_DEV_KEY.',
  },
  {
    when: { code: ['BDC_1107'] },
    recovery: 'configuration',
    code: 'BILL_ORGANIZATION_LOCKED',
    text: 'The organization is locked (BDC_1107).',
    remedy: 'Have BILL unlock the organization.',
  },
  {
    when: { code: ['BDC_1110'] },
    recovery: 'configuration',
    code: 'BILL_LOGIN_LOCKED',
    text: 'The login is locked after wrong passwords (BDC_1110).',
    remedy: 'Unlock the user in BILL, correct BILL_PASSWORD, and only then sign in again.',
  },
  {
    when: { status: [403], code: ['BDC_1361'], message: /trust|mfa|multi.?factor|step.?up/i },
    recovery: 'configuration',
    code: 'BILL_MFA_REQUIRED',
    text: 'BILL wants a session trusted by multi-factor sign-in for this call (BDC_1361). Signing in again would not help.',
    remedy: 'Nothing that is synced here needs it: check which user or token is set as BILL_USERNAME.',
  },
  {
    when: { code: ['BDC_1361'] },
    recovery: 'refresh-sign-in',
    code: 'BILL_SESSION_REFUSED',
    text: 'BILL refused the session (BDC_1361).',
    remedy: 'Nothing to do unless it goes on after signing in again: then check user, key and organization.',
  },
  {
    when: { code: ['BDC_1356'] },
    recovery: 'configuration',
    code: 'BILL_MFA_EXPIRED',
    text: 'The multi-factor token of the session has expired (BDC_1356).',
    remedy: 'Use an AP & AR sync token as BILL_USERNAME and BILL_PASSWORD: it needs no second factor.',
  },
  {
    when: { code: ['BDC_1120'] },
    recovery: 'not-found',
    code: 'BILL_NOT_FOUND',
    text: 'BILL has no such object in this organization (BDC_1120).',
    remedy: 'Check whether it was made in another organization.',
  },
  {
    when: { code: ['BDC_1109'] },
    recovery: 'refresh-sign-in',
    code: 'BILL_SESSION_EXPIRED',
    text: 'The session has expired (BDC_1109).',
    remedy: 'Nothing to do: the connection signs in again.',
  },
  {
    when: { status: [401] },
    recovery: 'refresh-sign-in',
    code: 'BILL_SESSION_REFUSED',
    text: 'BILL refused the session.',
    remedy: 'Nothing to do unless it goes on after signing in again: then check user, key and organization.',
  },
  {
    when: { code: ['BDC_1121'] },
    recovery: 'rejected',
    code: 'BILL_WRONG_PATH',
    text: 'BILL does not know this path or verb (BDC_1121).',
    remedy: 'Check that BILL_BASE_URL is the gateway only, without /connect or /v3.',
  },
  {
    when: { code: ['BDC_1145'] },
    recovery: 'rejected',
    code: 'BILL_NO_PERMISSION',
    text: 'The role of this user does not allow the operation (BDC_1145). Roles allow each operation separately.',
    remedy: 'Give the role of BILL_USERNAME the missing right, use Test connection, then replay.',
  },
  {
    when: { code: ['BDC_1171'] },
    recovery: 'rejected',
    code: 'BILL_NUMBER_IN_USE',
    text: 'The invoice number exists in BILL already (BDC_1171).',
    remedy: 'Compare the two bills; an archived bill may still hold its number.',
    reason: 'number-in-use',
  },
  {
    when: { code: ['BDC_1122'] },
    recovery: 'rejected',
    code: 'BILL_UNREADABLE_BODY',
    text: 'BILL could not read what was sent (BDC_1122).',
    remedy: 'Correct the mapping of the field that BILL names.',
  },
  {
    when: { code: ['BDC_1108', 'BDC_1117', 'BDC_1119', 'BDC_1124', 'BDC_1129', 'BDC_1130', 'BDC_1131'] },
    recovery: 'rejected',
    code: 'BILL_INVALID_FIELD',
    text: 'BILL misses a field, or does not accept one.',
    remedy: 'Correct the mapping of the field that BILL names, then replay.',
  },
  {
    when: { code: ['BDC_1143'] },
    recovery: 'rejected',
    code: 'BILL_INVALID_DATA',
    text: 'BILL does not accept a value, for example its length (BDC_1143).',
    remedy: 'Correct the value that BILL names at the source or in the mapping, then replay.',
  },
  {
    when: { code: ['BDC_1150', 'BDC_1151'] },
    recovery: 'rejected',
    code: 'BILL_CANNOT_PAY',
    text: 'The user or the funding account cannot pay online (BDC_1150, BDC_1151).',
    remedy: 'Set up paying in BILL; bills are synced without it.',
  },
  {
    when: { code: ['BDC_1402'] },
    recovery: 'rejected',
    code: 'BILL_PROCESS_DATE',
    text: 'The process date must lie at least two business days ahead (BDC_1402).',
    remedy: 'Choose a later date in BILL.',
  },
  {
    when: { code: ['BDC_1001', 'BDC_1002'], effect: notHandled },
    recovery: 'retry',
    code: 'BILL_SYSTEM_ERROR',
    text: 'BILL had an internal error.',
    remedy: 'Nothing to do: it is repeated.',
  },
  {
    when: { code: ['BDC_1001', 'BDC_1002'], effect: ['once'] },
    recovery: 'ambiguous',
    code: 'BILL_SYSTEM_ERROR',
    text: 'BILL had an internal error; what was sent may have been stored.',
    remedy: 'Nothing to do: it is looked up before anything is sent again.',
  },
];
