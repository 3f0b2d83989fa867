import type { Calls, PingReport } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { readPages } from './list-reader';
import { isRefusal } from './troubles';

/** What the product reads; a client is given each of these rights separately. An empty list is fine. */
const lists = [
  {
    right: 'accounting documents',
    path: 'accountingDocuments',
    query: { ProcessingStatus: 'WaitingForTransfer' },
  },
  { right: 'vendors', path: 'vendors', wrapper: 'vendorEntities' },
  { right: 'accounts', path: 'accounts' },
  { right: 'cost centers', path: 'costCenters' },
  { right: 'payment terms', path: 'paymentTerms' },
  { right: 'tax codes', path: 'taxCodes' },
  { right: 'request status', path: 'requestStatus' },
];

/**
 * Signs in and reads one row of each list.
 * @throws SystemError that names the cause when Basware cannot be used at all
 */
export async function ping(basware: BaswareConnection, calls: Calls): Promise<PingReport> {
  const checks = [];
  for (const { right, path, query, wrapper } of lists) {
    const list = {
      name: `list-${right.replaceAll(' ', '-')}`,
      url: urlOf(basware, path),
      query: { pageSize: '1', ...(query && { companyCode: basware.companyCode, ...query }) },
      wrapper: wrapper ?? path,
    };
    checks.push({ name: `read ${right}`, ...(await tryList(calls, list)) });
  }
  const { origin } = new URL(basware.baseUrl);
  return { ok: true, identity: `company ${basware.companyCode} as ${basware.clientId} on ${origin}`, checks };
}

async function tryList(
  calls: Calls,
  list: Parameters<typeof readPages>[1],
): Promise<{ readonly ok: boolean; readonly detail?: string }> {
  try {
    const pages = readPages(calls, list);
    await pages.next();
    await pages.return();
    return { ok: true };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { ok: false, detail: `${error.message} ${error.systemWords ?? ''}`.trim() };
  }
}
