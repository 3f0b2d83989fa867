import type { ErrorRule } from '../../runtime/connector/manifest';

const notHandled = ['read', 'idempotent'] as const;

/** What Basware's refusals mean for us. What it says behind a redirect is a matter of the store, not of rights. */
export const errorTable: readonly ErrorRule[] = [
  {
    when: { status: [400, 401, 403, 404, 410], type: /^store$/, effect: ['read'] },
    recovery: 'retry',
    code: 'BASWARE_LINK_EXPIRED',
    text: 'The store that Basware keeps the document in refused the link.',
    remedy: 'Nothing to do: a fresh link is asked for. If it goes on, look for a proxy that adds headers.',
  },
  {
    when: { status: [401] },
    recovery: 'refresh-sign-in',
    code: 'BASWARE_TOKEN_REFUSED',
    text: 'Basware refused the token.',
    remedy: 'Nothing to do unless it goes on with a fresh one: then check client, secret and environment.',
  },
  {
    when: { status: [403] },
    recovery: 'rejected',
    code: 'BASWARE_NO_RIGHT',
    text: 'This client may not make the call.',
    remedy:
      'Have Basware give the client the scope, add it to the field Scopes, use Test connection, then replay.',
  },
  {
    when: { status: [405] },
    recovery: 'rejected',
    code: 'BASWARE_NOT_ALLOWED_NOW',
    text: 'Basware does not allow this in the present state of the document.',
    remedy: 'Look at the document in Basware.',
  },
  {
    when: { status: [409] },
    recovery: 'rejected',
    code: 'BASWARE_CONFLICT',
    text: 'Basware has something under this external code already.',
    remedy: 'Compare the two; two records of the source must not share an external code.',
    reason: 'number-in-use',
  },
  {
    when: { status: [413] },
    recovery: 'rejected',
    code: 'BASWARE_TOO_LARGE',
    text: 'The body is larger than Basware takes (6 MB).',
    remedy: 'Choose a smaller batch on the write node.',
  },
  {
    when: { status: [400], code: ['PARAMETER_VALIDATION_ERROR'] },
    recovery: 'rejected',
    code: 'BASWARE_PARAMETER_REFUSED',
    text: 'Basware does not accept a parameter of the call.',
    remedy: 'Correct the option that its words name, for example the list key, then replay.',
  },
  {
    when: { status: [400, 422] },
    recovery: 'rejected',
    code: 'BASWARE_INVALID_DATA',
    text: 'Basware does not accept the data.',
    remedy: 'Correct the field that its words name, at the source or in the mapping, then replay.',
  },
  {
    when: { status: [500, 502, 503, 504], effect: notHandled },
    recovery: 'retry',
    code: 'BASWARE_SYSTEM_ERROR',
    text: 'Basware had an internal error.',
    remedy: 'Nothing to do: it is repeated.',
  },
  {
    when: { status: [500, 502, 503, 504], effect: ['once'] },
    recovery: 'ambiguous',
    code: 'BASWARE_SYSTEM_ERROR',
    text: 'Basware had an internal error; what was sent may have been stored.',
    remedy: 'Nothing to do: it is looked up before anything is sent again.',
  },
];
