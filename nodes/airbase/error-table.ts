import type { ErrorRule } from '../../runtime/connector/manifest';

/** What Airbase's refusals mean for us. */
export const errorTable: readonly ErrorRule[] = [
  {
    when: { status: [401] },
    recovery: 'refresh-sign-in',
    code: 'AIRBASE_TOKEN_REFUSED',
    text: 'Airbase refused the token.',
    remedy: 'Nothing to do while another token is there; else make a new one in the portal.',
  },
  {
    when: { status: [403] },
    recovery: 'refresh-sign-in',
    code: 'AIRBASE_NO_RIGHT',
    text: 'Airbase does not let this token make the call.',
    remedy:
      'See in the portal that the admin who made the token is active and has the right for developers, or make a new token.',
  },
  {
    when: { status: [404] },
    recovery: 'not-found',
    code: 'AIRBASE_NOT_FOUND',
    text: 'Airbase has nothing at that address.',
    remedy: 'If every call says so, check the tenant URL and the paths of the connection.',
  },
  {
    when: { status: [405] },
    recovery: 'rejected',
    code: 'AIRBASE_READ_ONLY',
    text: 'Airbase is read-only there.',
    remedy: 'Change it in Airbase itself.',
  },
  {
    when: { status: [409] },
    recovery: 'rejected',
    code: 'AIRBASE_CONFLICT',
    text: 'Airbase does not allow this in the present state.',
    remedy: 'Look at the document in Airbase, then replay.',
  },
  {
    when: { status: [413] },
    recovery: 'rejected',
    code: 'AIRBASE_TOO_LARGE',
    text: 'The body is larger than Airbase takes.',
    remedy: 'Choose a smaller batch on the write node.',
  },
  {
    when: { status: [400, 422] },
    recovery: 'rejected',
    code: 'AIRBASE_INVALID_DATA',
    text: 'Airbase does not accept the data.',
    remedy: 'Correct the field that its words name, at the source or in the mapping, then replay.',
  },
];
