import type { Json } from '../../runtime/connector/json';
import type { Calls, HttpAnswer } from '../../runtime/connector/system';
import type { AcumaticaConnection } from './connection';
import { wrongAddress } from './troubles';
import { asObject } from './values';

/** A web service endpoint that an instance offers. */
export interface OfferedEndpoint {
  readonly name: string;
  readonly version: string;
}

/**
 * Asks the instance which endpoints it offers. The answer itself is judged: an instance that does not offer the
 * configured one takes the connection offline, with the list in the error.
 * @throws SystemError `ACUMATICA_NO_SUCH_ENDPOINT` or `ACUMATICA_WRONG_ADDRESS`
 */
export async function assertServed(connection: AcumaticaConnection, calls: Calls): Promise<HttpAnswer> {
  const answer = await calls.call({
    name: 'list-endpoints',
    method: 'GET',
    url: `${connection.baseUrl}/entity`,
    effect: 'read',
    accept: [404],
  });
  if (answer.status === 404 || endpointsIn(answer.json) === undefined) {
    throw wrongAddress(connection, answer.status);
  }
  return answer;
}

/** An object with the list, or on older builds the list itself. Undefined when the answer is neither. */
export function endpointsIn(body: Json | undefined): readonly OfferedEndpoint[] | undefined {
  const list = Array.isArray(body) ? body : asObject(body)?.['endpoints'];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((each) => {
    const { name, version } = asObject(each) ?? {};
    return typeof name === 'string' && typeof version === 'string' ? [{ name, version }] : [];
  });
}

export function offers(offered: readonly OfferedEndpoint[], endpoint: string, version: string): boolean {
  return offered.some(
    (each) => each.name.toLowerCase() === endpoint.toLowerCase() && each.version === version,
  );
}

/** The build that the instance says it runs. */
export function buildIn(body: Json | undefined): string | undefined {
  const version = asObject(asObject(body)?.['version'])?.['acumaticaBuildVersion'];
  return typeof version === 'string' ? version : undefined;
}
