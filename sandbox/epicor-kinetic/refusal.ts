import type { EpicorSwitches } from './switches';

/** An answer that refuses a call, in the system's own error shape. */
export class EpicorRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errorType: string,
    message: string,
    readonly details: readonly { Message: string; Type: string; Table?: string; Field?: string }[] = [],
  ) {
    super(message);
  }

  /** The body of the answer. */
  body(): object {
    return {
      HttpStatus: this.status,
      ReasonPhrase: this.status === 401 ? 'Unauthorized' : 'REST API Exception',
      ErrorMessage: this.message,
      ErrorType: this.errorType,
      ...(this.details.length > 0 ? { ErrorDetails: this.details } : {}),
      CorrelationId: crypto.randomUUID(),
    };
  }
}

const BUSINESS = 'Ice.Common.BusinessObjectException';

/** A refusal as the environment words it: sites differ in the status and the type of business errors. */
export function asWorded(refusal: EpicorRefusal, switches: EpicorSwitches): EpicorRefusal {
  if (refusal.errorType !== BUSINESS || refusal.status !== 400) return refusal;
  const { businessErrorStatus, businessErrorType } = switches;
  return new EpicorRefusal(businessErrorStatus, businessErrorType, refusal.message, refusal.details);
}

/** A rule of the business was broken. */
export function businessError(message: string, table?: string, field?: string): EpicorRefusal {
  const details =
    table === undefined
      ? []
      : [{ Message: message, Type: 'Error', Table: table, ...(field === undefined ? {} : { Field: field }) }];
  return new EpicorRefusal(400, BUSINESS, message, details);
}

/** The query does not parse, or names what does not exist. */
export function odataError(message: string): EpicorRefusal {
  return new EpicorRefusal(400, 'Microsoft.OData.ODataException', message);
}

export function noSuchRoute(message: string): EpicorRefusal {
  return new EpicorRefusal(404, 'Epicor.RESTApi.ErrorHandling.ApiException', message);
}

export function noSuchRecord(): EpicorRefusal {
  return new EpicorRefusal(404, 'Ice.Common.RecordNotFoundException', 'Record not found.');
}

export function unauthorized(message: string): EpicorRefusal {
  return new EpicorRefusal(401, 'Epicor.RESTApi.ErrorHandling.ApiException', message);
}
