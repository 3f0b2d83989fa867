export interface BillError {
  readonly code?: string;
  readonly category: 'REQUEST' | 'APPLICATION' | 'SERVER' | 'DOWNSTREAM';
  readonly message: string;
}

/** An answer that refuses a call: errors come as an array. */
export class BillRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly BillError[],
  ) {
    super(errors.map((error) => error.message).join('; '));
  }

  /** The body of the answer. `withCodes` false leaves the codes out. */
  body(now: number): object[] {
    return this.errors.map((error) => ({
      timestamp: new Date(now).toISOString(),
      severity: 'ERROR',
      ...error,
    }));
  }
}

/** A refusal with one error. */
export function refuse(
  status: number,
  code: string,
  message: string,
  category: BillError['category'] = 'APPLICATION',
): BillRefusal {
  return new BillRefusal(status, [{ code, category, message }]);
}

export const sessionInvalid = () =>
  refuse(401, 'BDC_1109', 'Session is invalid.  Please log in.', 'DOWNSTREAM');

export const noSuchRoute = () => refuse(404, 'BDC_1121', 'API not supported.', 'REQUEST');

export const noData = (id: string) => refuse(404, 'BDC_1120', `No data found for ${id}.`);

export const invalid = (message: string) => refuse(400, 'BDC_1143', message, 'REQUEST');
