import type { Calls } from '../../runtime/connector/system';
import { type EpicorConnection, serviceUrl } from './connection';
import { vendorTable } from './tables';

/**
 * After a service was not found: takes the connection offline when the company or the instance is not there at all.
 * Sites lack single services, depending on version and license; every one has vendors.
 * @throws SystemError `EPICOR_NO_SUCH_ADDRESS`, of recovery `configuration`
 */
export async function assertSite(connection: EpicorConnection, calls: Calls): Promise<void> {
  if (connection.learned.isReached) return;
  const { service, set } = vendorTable;
  const answer = await calls.call({
    name: 'ping',
    method: 'GET',
    url: `${serviceUrl(connection, service, set)}?$select=Company,VendorNum&$top=1`,
    effect: 'read',
    // These come from the service: it is there.
    accept: [400, 403, 500],
  });
  connection.learned.isReached = answer.status < 300;
}
