import type { Wire } from '../http/exact-json';

/** An answer that refuses a call. What it looks like depends on which part of the system refuses. */
export class AvidRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Wire,
    message: string,
  ) {
    super(message);
  }
}

/** A refusal by the application. */
export function exception(status: number, reason: string, detail: string, source = 'AvidSuite'): AvidRefusal {
  const avidMessageId = crypto.randomUUID();
  return new AvidRefusal(status, { exception: { reason, detail, source, avidMessageId } }, detail);
}

/** A refusal by the gateway in front of it; newer gateways have no wrapper. */
export function fault(
  status: number,
  code: number,
  message: string,
  description: string,
  wrapped = true,
  more: Readonly<Record<string, string>> = {},
): AvidRefusal {
  const inner = { code, message, description, ...more };
  return new AvidRefusal(status, wrapped ? { fault: inner } : inner, description);
}

/** The refusal of a token call. */
export function grantRefused(status: number, error: string, description: string): AvidRefusal {
  return new AvidRefusal(status, { error, error_description: description }, description);
}

export function noSuchResource(): AvidRefusal {
  return fault(404, 900906, 'No matching resource found', 'No matching resource found for given API Request');
}

export function notFound(what: string): AvidRefusal {
  return exception(404, 'NotFound', `${what} was not found.`);
}

export function invalidRequest(detail: string): AvidRefusal {
  return exception(400, 'InvalidRequest', detail);
}
