import type { Random } from '../../sandbox/random';

/** Bodies as a stranger might guess them; none is signed by anything that a system knows. */
const BODIES = [
  '{"metadata":{"eventId":"e-1","eventType":"payment.updated","organizationId":"x"},"payment":{"id":"p"}}',
  '{"Inserted":[{"RefNbr":"000001"}],"Deleted":[],"Query":"Bills","TimeStamp":638000000000000001}',
  '{"eventType":"InvoiceTransfer","invoiceId":"1"}',
  'not json at all',
  '',
];
const HEADERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { 'x-bill-sha-signature': 'AAAA' },
  { authorization: 'Bearer guessed', 'x-signature': '00ff' },
];

/** Sends events that nobody signed to every system's hook, in the background. They must be refused and have no effect. */
export function forgeEvents(address: string, systems: readonly string[], random: Random): void {
  for (const system of systems) {
    const request = fetch(`${address}/hooks/${system}/default`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...random.pick(HEADERS) },
      body: random.pick(BODIES),
      signal: AbortSignal.timeout(5_000),
    });
    // The runtime may be starting, or killed already.
    request.then((answer) => answer.body?.cancel()).catch(() => {});
  }
}
