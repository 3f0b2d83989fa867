import type { Wire, WireObject } from '../http/exact-json';

/** An error of the API layer about one row or the whole call. */
export interface RowError {
  readonly externalCode?: string;
  readonly type: 'BUSINESS' | 'VALIDATION' | 'TECHNICAL' | 'SECURITY';
  readonly code: string;
  readonly message: string;
}

/** An answer that refuses a call. What it looks like depends on which part of the system refuses. */
export class BaswareRefusal extends Error {
  constructor(
    readonly status: number,
    /** Undefined: no body. Made when the answer leaves, because some bodies name the request. */
    readonly body: ((requestId: string) => Wire) | undefined,
    message: string,
  ) {
    super(message);
  }
}

/** A refusal with the list of errors that the P2P API gives. */
export function refuseRows(status: number, errors: readonly RowError[]): BaswareRefusal {
  const body = (requestId: string): Wire => ({
    requestId,
    hasErrors: true,
    errors: errors.map((error): WireObject => ({ externalCode: null, info: null, ...error })),
  });
  return new BaswareRefusal(status, body, errors.map((error) => error.message).join('; '));
}

export function invalidParameter(message: string): BaswareRefusal {
  return refuseRows(400, [{ type: 'VALIDATION', code: 'PARAMETER_VALIDATION_ERROR', message }]);
}

export function invalidBody(message: string, externalCode?: string): BaswareRefusal {
  const of = externalCode === undefined ? {} : { externalCode };
  return refuseRows(400, [{ ...of, type: 'VALIDATION', code: 'SCHEMA_VALIDATION_ERROR', message }]);
}

/** The refusal of the subscriptions API, which has another shape. */
export function invalidSubscription(message: string): BaswareRefusal {
  const body = (requestId: string): Wire => ({
    requestId,
    hasError: true,
    errorMessages: [{ type: 'VALIDATION', code: 'SCHEMA_VALIDATION_ERROR', message }],
  });
  return new BaswareRefusal(400, body, message);
}

/** A refusal with the gateway's short body. */
export function gatewayRefusal(status: number, message: string): BaswareRefusal {
  return new BaswareRefusal(status, () => ({ message }), message);
}

export function refusalOf(status: number, body: Wire, message: string): BaswareRefusal {
  return new BaswareRefusal(status, () => body, message);
}

/** Not there; the same answer as for a list without rows. */
export function notFound(message = 'not found'): BaswareRefusal {
  return new BaswareRefusal(404, undefined, message);
}
