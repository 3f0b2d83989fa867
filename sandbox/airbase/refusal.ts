import type { Wire } from '../http/exact-json';

/** An answer that refuses a call. A body of text leaves as HTML, as the network in front answers. */
export class AirbaseRefusal extends Error {
  constructor(
    readonly status: number,
    readonly body: Wire,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

export function detail(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): AirbaseRefusal {
  return new AirbaseRefusal(status, { detail: message }, headers);
}

/** What is wrong with each member of a body. */
export type Faults = Record<string, string[]>;

export function refuseMembers(faults: Faults): AirbaseRefusal {
  return new AirbaseRefusal(400, faults);
}

export function notFound(): AirbaseRefusal {
  return detail(404, 'Not found.');
}

export function notAllowed(method: string): AirbaseRefusal {
  return detail(405, `Method "${method.toUpperCase()}" not allowed.`);
}

export function throttled(seconds: number, says: boolean): AirbaseRefusal {
  const message = `Request was throttled. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;
  return detail(429, message, says ? { 'retry-after': String(seconds) } : {});
}
