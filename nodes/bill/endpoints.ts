/** The two roots of the API, without a trailing slash. */
export interface Endpoints {
  /** Vendors, bills, payments, sign-in: `…/connect/v3`. */
  readonly connect: string;
  /** Webhook subscriptions: `…/connect-events/v3`. */
  readonly events: string;
}

/**
 * @param baseUrl the gateway; an address that already ends in `/connect`, `/connect-events` or `/v3` is
 * understood too, so that the path is never doubled
 */
export function endpointsOf(baseUrl: string): Endpoints {
  const gateway = baseUrl
    .trim()
    .replace(/\/+$/, '')
    .replace(/\/v3$/, '')
    .replace(/\/+(connect|connect-events)$/, '')
    .replace(/\/+$/, '');
  return { connect: `${gateway}/connect/v3`, events: `${gateway}/connect-events/v3` };
}

/** Escapes an id for use in a path. */
export function pathOf(...parts: readonly string[]): string {
  return parts.map((part) => `/${encodeURIComponent(part)}`).join('');
}
