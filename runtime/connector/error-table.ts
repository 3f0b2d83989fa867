import type { Recovery } from './manifest';

/** What an error of the runtime's own means and what to do about it. The docs show this table. */
export interface ErrorEntry {
  readonly recovery: Recovery;
  /** Recovery of a call with effect `once`, where it differs: it may have been handled. */
  readonly once?: Recovery;
  readonly text: string;
  readonly remedy: string;
}

const seeNetwork = 'Check the address, the network and any firewall between here and the server.';
const lookFirst =
  'Nothing to do unless it goes on for long: what became of it is looked up before anything is repeated. Then see whether the server is up, and what stands between here and it.';

/** Failures before the first byte of the request left: nothing has happened over there, whatever the call. */
export const UNSENT_ERRORS = {
  NETWORK_DNS: {
    recovery: 'retry',
    text: 'The host name could not be found.',
    remedy: 'Check the base URL for a misspelled host, and the name server.',
  },
  NETWORK_REFUSED: {
    recovery: 'retry',
    text: 'The server refused the connection.',
    remedy: 'Check the port of the base URL, and whether the server runs.',
  },
  NETWORK_UNREACHABLE: { recovery: 'retry', text: 'The server cannot be reached.', remedy: seeNetwork },
  NETWORK_CONNECT_TIMEOUT: {
    recovery: 'retry',
    text: 'The server did not take the connection in time.',
    remedy: seeNetwork,
  },
  NETWORK_TLS: {
    recovery: 'configuration',
    text: 'No trusted TLS connection could be made.',
    remedy:
      "Check that the base URL says https only where the server does, that the certificate is valid for the host and, for a private authority, that NODE_EXTRA_CA_CERTS names the authority's certificate.",
  },
  NETWORK_NOT_SENT: { recovery: 'retry', text: 'The request could not be sent.', remedy: seeNetwork },
  HOST_NOT_ALLOWED: {
    recovery: 'rejected',
    text: 'The address is not one this connection may call.',
    remedy: 'Correct the base URL of the connection; other hosts are never called with its credentials.',
  },
  REQUEST_INVALID: {
    recovery: 'rejected',
    text: 'The request cannot be put into HTTP.',
    remedy: 'Look at the document for characters that a header or an address cannot hold.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** Failures after the request went out: the server may have handled it. */
export const SENT_ERRORS = {
  NETWORK_TIMEOUT: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The server did not answer in time.',
    remedy: lookFirst,
  },
  NETWORK_RESET: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The connection broke before the answer came.',
    remedy: lookFirst,
  },
  NETWORK_TRUNCATED: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The answer broke off.',
    remedy: lookFirst,
  },
  NETWORK_PROTOCOL: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The answer is not HTTP.',
    remedy: 'Check the base URL, and what stands between here and the server.',
  },
  ANSWER_TOO_LARGE: {
    recovery: 'rejected',
    once: 'ambiguous',
    text: 'The answer is larger than this connection takes.',
    remedy: 'Read in smaller pages.',
  },
  ANSWER_UNREADABLE: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The server said success, but its answer cannot be read.',
    remedy: 'Look for a proxy or sign-in page between here and the server.',
  },
  CALL_ABORTED: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The call was given up here.',
    remedy: 'Nothing to do: the work is taken up again.',
  },
  AUDIT_FAILED: {
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The call was made, but could not be written to the audit trail.',
    remedy: 'Check the database; what became of the call is looked up.',
  },
} as const satisfies Record<string, ErrorEntry>;

/** What a failure status means where the manifest has no rule for it; `2` to `5` stand for the rest of their class. */
export const STATUS_ERRORS: Readonly<Record<number, ErrorEntry & { readonly code: string }>> = {
  2: {
    code: 'HIDDEN_FAILURE',
    recovery: 'rejected',
    text: 'The system said success, and an error with it.',
    remedy: "Read the system's own words, correct the cause, then replay.",
  },
  3: {
    code: 'HTTP_REDIRECTED',
    recovery: 'configuration',
    text: 'The server sends us to another address, which is not followed with credentials.',
    remedy: 'Enter the final address as the base URL.',
  },
  4: {
    code: 'HTTP_REJECTED',
    recovery: 'rejected',
    text: 'The server refused the request.',
    remedy: "Read the system's own words, correct the cause, then replay.",
  },
  5: {
    code: 'HTTP_SERVER_ERROR',
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The server failed.',
    remedy: 'Nothing to do unless it goes on for long: it is tried again, or looked up.',
  },
  401: {
    code: 'HTTP_UNAUTHORIZED',
    recovery: 'refresh-sign-in',
    text: 'The server does not accept the sign-in.',
    remedy: 'Check the credentials and keys of the connection.',
  },
  403: {
    code: 'HTTP_FORBIDDEN',
    recovery: 'rejected',
    text: 'This sign-in has no right to do that.',
    remedy: 'Grant the user or key the right over there, then replay.',
  },
  404: {
    code: 'HTTP_NOT_FOUND',
    recovery: 'not-found',
    text: 'There is nothing at that address.',
    remedy: 'If every call says so, check the base URL and the version in it.',
  },
  408: {
    code: 'HTTP_REQUEST_TIMEOUT',
    recovery: 'retry',
    once: 'ambiguous',
    text: 'The server waited too long for the request.',
    remedy: 'Nothing to do unless it goes on for long.',
  },
  425: {
    code: 'HTTP_TOO_EARLY',
    recovery: 'retry',
    text: 'The server wants the request again later.',
    remedy: 'Nothing to do.',
  },
  429: {
    code: 'HTTP_TOO_MANY_REQUESTS',
    recovery: 'rate-limited',
    text: 'The server wants fewer calls.',
    remedy:
      'Nothing to do: calls go on after the wait. If it goes on for long, lower the limit of the connection.',
  },
};

/** Why a connection makes no calls. */
export const CONNECTION_ERRORS = {
  SIGN_IN_REFUSED: {
    recovery: 'configuration',
    text: 'The system refuses the sign-in, also a fresh one.',
    remedy: 'Check user, password, keys and rights of the connection.',
  },
  CALLS_PAUSED: {
    recovery: 'rate-limited',
    text: 'The system asked for a long pause, and no call is made until it is over.',
    remedy: 'Nothing to do: calls go on after the wait. If it comes again and again, poll less often.',
  },
  CONNECTION_CLOSED: {
    recovery: 'retry',
    text: 'The connection is closed: the runtime stops or was deployed anew.',
    remedy: 'Nothing to do: the work goes on with the new connection.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type UnsentCode = keyof typeof UNSENT_ERRORS;
export type SentCode = keyof typeof SENT_ERRORS;

/** Said by what stands in front of a server that is not there. */
const gatewayStatuses: readonly (number | undefined)[] = [502, 503, 504];
/** Failures that are ours, and say nothing about the other side. */
const ownFailures: readonly string[] = [
  'CALL_ABORTED',
  'AUDIT_FAILED',
  'HOST_NOT_ALLOWED',
  'REQUEST_INVALID',
];

/**
 * Whether a failed call was left without an answer: it did not get there, nothing readable came back, or only a gateway
 * spoke. Undefined where it failed on our side.
 */
export function wasLeftUnanswered(code: string, status: number | undefined): boolean | undefined {
  if (ownFailures.includes(code)) return undefined;
  return code.startsWith('NETWORK_') || code === 'ANSWER_UNREADABLE' || gatewayStatuses.includes(status);
}

const unsentByNodeCode: Readonly<Record<string, UnsentCode>> = {
  ENOTFOUND: 'NETWORK_DNS',
  EAI_AGAIN: 'NETWORK_DNS',
  ECONNREFUSED: 'NETWORK_REFUSED',
  EHOSTUNREACH: 'NETWORK_UNREACHABLE',
  ENETUNREACH: 'NETWORK_UNREACHABLE',
  EHOSTDOWN: 'NETWORK_UNREACHABLE',
  ENETDOWN: 'NETWORK_UNREACHABLE',
  ETIMEDOUT: 'NETWORK_CONNECT_TIMEOUT',
  UND_ERR_CONNECT_TIMEOUT: 'NETWORK_CONNECT_TIMEOUT',
  UND_ERR_INVALID_ARG: 'REQUEST_INVALID',
  EPROTO: 'NETWORK_TLS',
};

/** Our code for a failure before anything was sent, by the code that Node or the HTTP library gave. */
export function unsentCode(nodeCode: string | undefined): UnsentCode {
  const code = nodeCode ?? '';
  const known = unsentByNodeCode[code];
  if (known) return known;
  if (
    /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/.test(code)
  ) {
    return 'NETWORK_TLS';
  }
  return 'NETWORK_NOT_SENT';
}

/** Our code for a failure after the request went out. */
export function sentCode(error: Error, headersCame: boolean): SentCode {
  if (headersCame) return 'NETWORK_TRUNCATED';
  return error.name === 'HTTPParserError' ? 'NETWORK_PROTOCOL' : 'NETWORK_RESET';
}
