import type { Calls, PingReport } from '../../runtime/connector/system';
import { refreshAccountingSystemId } from './accounting-system';
import { type AvidConnection, type PathName, urlOf } from './connection';
import { readPages } from './list-reader';
import { isNotFound, isRefusal } from './troubles';

interface Right {
  readonly name: string;
  readonly call: string;
  readonly path: PathName;
  readonly query: Readonly<Record<string, string>>;
}

/**
 * Finds the accounting system, and reads one row of each list that the product reads.
 * @throws SystemError that names the cause when AvidXchange cannot be used at all
 */
export async function ping(avid: AvidConnection, calls: Calls): Promise<PingReport> {
  const id = await refreshAccountingSystemId(avid, calls);
  const checks = [];
  for (const right of rightsOf(avid, id))
    checks.push({ name: right.name, ...(await tryList(avid, calls, right)) });
  return {
    ok: true,
    identity: `accounting system ${avid.accountingSystem} (${id}) on ${avid.baseUrl}`,
    checks,
  };
}

function rightsOf(avid: AvidConnection, systemId: string): readonly Right[] {
  const today = avid.clock.now().toISOString().slice(0, 10);
  const days = { [avid.name('modifiedFromParameter')]: today, [avid.name('modifiedToParameter')]: today };
  const ofSystem = { [avid.name('accountingSystemParameter')]: systemId };
  const ofGroup = { [avid.name('groupParameter')]: avid.glGroup };
  return [
    { name: 'read vendors', call: 'list-vendors', path: 'vendorsPath', query: ofSystem },
    { name: 'read codes', call: 'list-codes', path: 'codesPath', query: ofGroup },
    { name: 'read invoices', call: 'list-invoices', path: 'invoicesPath', query: days },
    { name: 'read payments', call: 'list-payments', path: 'paymentsPath', query: days },
  ];
}

async function tryList(
  avid: AvidConnection,
  calls: Calls,
  { call, path, query }: Right,
): Promise<{ readonly ok: boolean; readonly detail?: string }> {
  try {
    const pages = readPages(avid, calls, { name: call, url: urlOf(avid, path), query, pageSize: 1 });
    await pages.next();
    await pages.return();
    return { ok: true };
  } catch (error) {
    if (!isRefusal(error) && !isNotFound(error)) throw error;
    return { ok: false, detail: `${error.message} ${error.systemWords ?? ''}`.trim() };
  }
}
