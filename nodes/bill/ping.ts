import type { Calls, PingReport } from '../../runtime/connector/system';
import type { BillConnection } from './connection';
import { readPages } from './list-reader';
import { asObject, textAt } from './members';
import { checkOrganization } from './sign-in';
import { isNotFound, isRefusal, isUnavailable } from './troubles';

/** What the product reads; a role in BILL allows each of them separately. */
const lists = [
  { name: 'list vendors', call: 'list-vendors', path: 'vendors' },
  { name: 'list bills', call: 'list-bills', path: 'bills' },
  { name: 'list payments', call: 'list-payments', path: 'payments' },
  {
    name: 'list chart of accounts',
    call: 'list-chart-of-accounts',
    path: 'classifications/chart-of-accounts',
  },
];

/**
 * Signs in, asks who that is, and reads one row of each list.
 * @throws SystemError that names the cause when BILL cannot be used at all
 */
export async function ping(bill: BillConnection, calls: Calls): Promise<PingReport> {
  const { organizationId, username } = bill.credentials;
  await askWho(bill, calls);
  const checks = [];
  for (const { name, call, path } of lists) {
    checks.push({ name, ...(await tryList(calls, call, `${bill.endpoints.connect}/${path}`)) });
  }
  return {
    ok: true,
    identity: `organization ${organizationId} as ${username} on ${new URL(bill.endpoints.connect).origin}`,
    checks,
  };
}

async function askWho(bill: BillConnection, calls: Calls): Promise<void> {
  const url = `${bill.endpoints.connect}/login/session`;
  try {
    const answer = await calls.call({ name: 'get-session', method: 'GET', url, effect: 'read' });
    checkOrganization(textAt(asObject(answer.json), 'organizationId'), bill.credentials.organizationId);
  } catch (error) {
    // The lists tell whether the address is right; this call adds only who we are.
    if (!isNotFound(error) && !isRefusal(error)) throw error;
  }
}

async function tryList(
  calls: Calls,
  name: string,
  url: string,
): Promise<{ readonly ok: boolean; readonly detail?: string }> {
  try {
    const pages = readPages(calls, { name, url, max: 1 });
    await pages.next();
    await pages.return();
    return { ok: true };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    return { ok: false, detail: `${error.message} ${error.systemWords ?? ''}`.trim() };
  }
}
