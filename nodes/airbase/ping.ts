import type { Calls, PingReport } from '../../runtime/connector/system';
import type { AirbaseConnection } from './connection';
import type { PathName } from './conventions';
import { readPages } from './list-reader';
import { ownSubsidiary, subsidiariesOf } from './subsidiaries';
import { isNotOffered } from './troubles';

type Check = PingReport['checks'][number];

/** What the product reads; the master data besides is only loaded. */
const lists: readonly { readonly right: string; readonly path: PathName; readonly spend?: boolean }[] = [
  { right: 'ledger entries', path: 'ledgerEntries' },
  { right: 'vendors', path: 'vendors' },
  { right: 'bills', path: 'bills', spend: true },
  { right: 'purchase orders', path: 'purchaseOrders', spend: true },
  { right: 'payments', path: 'payments', spend: true },
];

/**
 * Finds out which token Airbase takes, how old it is, which subsidiary is meant, and reads a page of each list.
 * @throws SystemError that names the cause when Airbase cannot be used at all
 */
export async function ping(airbase: AirbaseConnection, calls: Calls): Promise<PingReport> {
  const checks: Check[] = [];
  for (const { right, path, spend = false } of lists) {
    if (spend && !airbase.spendApi) continue;
    checks.push({ name: `read ${right}`, ...(await tryList(airbase, calls, right, path)) });
  }
  checks.push(await checkSubsidiary(airbase, calls), ...checkTokens(airbase));
  const own = await ownSubsidiary(airbase, calls);
  const place = own ? `subsidiary ${own.reference || own.name}` : 'the whole tenant';
  return { ok: true, identity: `${place} on ${new URL(airbase.baseUrl).origin}`, checks };
}

async function tryList(
  airbase: AirbaseConnection,
  calls: Calls,
  right: string,
  path: PathName,
): Promise<{ readonly ok: boolean; readonly detail?: string }> {
  try {
    const pages = readPages(airbase, calls, { name: `list-${right.replaceAll(' ', '-')}`, path });
    await pages.next();
    await pages.return();
    return { ok: true };
  } catch (error) {
    if (!isNotOffered(error)) throw error;
    return { ok: false, detail: `${error.message} ${error.remedy}` };
  }
}

async function checkSubsidiary(airbase: AirbaseConnection, calls: Calls): Promise<Check> {
  const name = 'subsidiary';
  const own = await ownSubsidiary(airbase, calls);
  if (own) return { name, ok: true, detail: `${own.reference} ${own.name}`.trim() };
  const all = (await subsidiariesOf(airbase, calls)) ?? [];
  if (all.length < 2) return { name, ok: true, detail: 'the tenant has none' };
  const known = all.map(({ reference, name: called }) => `${reference} ${called}`.trim()).join(', ');
  return { name, ok: false, detail: `Set AIRBASE_SUBSIDIARY: the tenant has ${known}.` };
}

function checkTokens({ tokens, clock }: AirbaseConnection): Check[] {
  const { rotation } = tokens;
  return [
    { name: 'age of the token', ok: true, ...tokens.age(clock.now()) },
    ...(rotation === undefined
      ? []
      : [{ name: 'rotation of the token', ok: true, warning: true, detail: rotation }]),
  ];
}
