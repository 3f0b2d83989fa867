import type { WireObject } from '../http/exact-json';

/** An answer that refuses a call. */
export class AcumaticaRefusal extends Error {
  constructor(
    readonly status: number,
    /** JSON, a page of HTML, plain text, or nothing. */
    readonly body: WireObject | { readonly html: string } | { readonly text: string } | undefined,
    readonly headers: Readonly<Record<string, string>> = {},
    message = `refused with ${status}`,
  ) {
    super(message);
  }
}

/** A refusal in the system's usual shape; the exception says more than the message. */
export function httpError(
  status: number,
  message: string,
  exception?: { readonly type: string; readonly message: string },
): AcumaticaRefusal {
  const body: WireObject = { message };
  if (exception !== undefined) {
    body['exceptionMessage'] = exception.message;
    body['exceptionType'] = exception.type;
    body['stackTrace'] = '   at PX.Api.ContractBased.SystemContracts.V4.RestController';
  }
  return new AcumaticaRefusal(status, body, {}, exception?.message ?? message);
}

/** The server's own exception, answered with 500. */
export function serverError(type: string, message: string): AcumaticaRefusal {
  return httpError(500, 'An error has occurred.', { type, message });
}

export function missingRecord(status: 500 | 404): AcumaticaRefusal {
  const exception = {
    type: 'PX.Api.ContractBased.NoEntitySatisfiesTheConditionException',
    message: 'No entity satisfies the condition.',
  };
  return httpError(status, 'An error has occurred.', exception);
}

export function badRequest(message: string, modelState?: Readonly<Record<string, string>>): AcumaticaRefusal {
  const body: WireObject = { message: 'The request is invalid.', exceptionMessage: message };
  if (modelState !== undefined) {
    body['modelState'] = Object.fromEntries(
      Object.entries(modelState).map(([field, text]) => [field, [text]]),
    );
  }
  return new AcumaticaRefusal(400, body, {}, message);
}

export function noSuchAddress(url: string): AcumaticaRefusal {
  return httpError(404, `No HTTP resource was found that matches the request URI '${url}'.`);
}

export function noRights(screen: string): AcumaticaRefusal {
  return httpError(403, `Insufficient rights to access the object (${screen}).`);
}

export function invalidStatus(): AcumaticaRefusal {
  return serverError(
    'PX.Data.PXInvalidOperationException',
    'Operation failed. Document status is invalid for processing.',
  );
}

export function operationFailed(message: string): AcumaticaRefusal {
  return serverError('PX.Data.PXInvalidOperationException', `Operation failed. ${message}`);
}

/** Another call, or an action, still runs in the session. */
export function sessionBusy(): AcumaticaRefusal {
  return serverError('PX.Data.PXException', 'The previous operation has not been completed yet.');
}

export function lockedRecord(entity: string): AcumaticaRefusal {
  return serverError(
    'PX.Data.PXLockViolationException',
    `Another process has updated the '${entity}' record. Your changes will be lost.`,
  );
}
