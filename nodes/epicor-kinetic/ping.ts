import { SystemError } from '../../runtime/connector/errors';
import type { Calls, PingReport } from '../../runtime/connector/system';
import { type EpicorConnection, serviceUrl, tokenResourceUrl } from './connection';
import { asRow, rowsOf } from './dataset';
import { describeFailure } from './failures';
import { assertCompany } from './find-rows';
import { tokenResource } from './sign-in';
import {
  accountTable,
  invoiceTable,
  paymentGroupTable,
  paymentTable,
  type Table,
  vendorTable,
} from './tables';
import { unreadableAnswer } from './troubles';

const rights: readonly { readonly name: string; readonly table: Table }[] = [
  { name: 'vendors', table: vendorTable },
  { name: 'AP invoices', table: invoiceTable },
  { name: 'AP payments', table: paymentTable },
  { name: 'payment groups', table: paymentGroupTable },
  { name: 'GL accounts', table: accountTable },
];

type Check = PingReport['checks'][number];

/**
 * Asks each service that the product needs for one row, and names what is wrong: address, company, API key,
 * sign-in, or the right to a single service.
 * @throws SystemError
 */
export async function ping(connection: EpicorConnection, calls: Calls): Promise<PingReport> {
  const checks: (Check & { readonly status: number })[] = [];
  try {
    for (const right of rights) checks.push(await checkRight(connection, calls, right));
  } catch (error) {
    throw await explain(connection, calls, error);
  }
  if (checks.every(({ status }) => status === 404)) throw noSuchAddress(checks[0]);
  if (checks.every(({ status }) => status === 403)) throw noRights(checks[0]);
  return {
    ok: true,
    identity: `company ${connection.company} on ${connection.baseUrl}`,
    checks: checks.map(({ status: _status, ...check }) => check),
  };
}

async function checkRight(
  connection: EpicorConnection,
  calls: Calls,
  { name, table }: (typeof rights)[number],
): Promise<Check & { readonly status: number }> {
  const call = 'ping';
  const answer = await calls.call({
    name: call,
    method: 'GET',
    url: `${serviceUrl(connection, table.service, table.set)}?$select=${['Company', ...table.key].join(',')}&$top=1`,
    effect: 'read',
    accept: [400, 403, 404, 500],
  });
  const { status } = answer;
  if (status < 300) {
    const rows = Array.isArray(answer.json) ? answer.json : asRow(answer.json)?.['value'];
    if (!Array.isArray(rows)) throw unreadableAnswer(call);
    assertCompany(rowsOf({ value: rows }, 'value'), connection, call);
    return { name, ok: true, status };
  }
  const detail = describeFailure(answer).message || `HTTP ${status}`;
  // The service is there and we may use it: it is only too heavy for direct reads, and GetRows takes over.
  const isEpicor = asRow(answer.json) !== undefined;
  if (status === 500 && isEpicor) return { name, ok: true, status, detail: `no direct reads: ${detail}` };
  return { name, ok: false, status, detail };
}

/** Key and sign-in are refused alike, often without a word: what is known of the one tells about the other. */
async function explain(connection: EpicorConnection, calls: Calls, error: unknown): Promise<unknown> {
  const isRefused = error instanceof SystemError && error.status === 401 && error.call === 'ping';
  if (!isRefused) return error;
  const words = error.systemWords ?? '';
  if (/api[- ]?key/i.test(words) && !/token|password/i.test(words)) return keyRefused(error);
  if (/password|user/i.test(words)) return loginRefused(error);
  if (connection.auth !== 'basic') return keyRefused(error);
  const probe = { ...tokenResource(connection, tokenResourceUrl(connection.baseUrl)), name: 'ping' };
  const answer = await calls
    .call({ ...probe, accept: [400, 401, 403, 404, 405, 500] })
    .catch(() => undefined);
  if (answer?.status === 200) return keyRefused(error);
  return answer?.status === 401 ? loginRefused(error) : error;
}

function keyRefused(cause: SystemError): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_API_KEY_REFUSED',
    text: 'Epicor accepts the sign-in, but not the API key.',
    remedy:
      'Check EPICOR_API_KEY in API Key Maintenance: the environment, the expiry, the company it is limited to.',
    systemWords: cause.systemWords,
    status: 401,
    call: 'ping',
    cause,
  });
}

function loginRefused(cause: SystemError): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_LOGIN_REFUSED',
    text: 'Epicor refuses user or password.',
    remedy: 'Check EPICOR_USERNAME and EPICOR_PASSWORD, and that the user is not disabled.',
    systemWords: cause.systemWords,
    status: 401,
    call: 'ping',
    cause,
  });
}

function noSuchAddress(check: Check | undefined): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_NO_SUCH_ADDRESS',
    text: 'There is no Kinetic API of this company at this address.',
    remedy:
      'Check EPICOR_BASE_URL (server and instance, without /api) and EPICOR_COMPANY, both exactly as written.',
    systemWords: check?.detail,
    status: 404,
    call: 'ping',
  });
}

function noRights(check: Check | undefined): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_FORBIDDEN',
    text: 'The user or the API key may use none of the services.',
    remedy: "Check the access scope of the API key, and the user's security groups and companies.",
    systemWords: check?.detail,
    status: 403,
    call: 'ping',
  });
}
