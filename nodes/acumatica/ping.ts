import { SystemError } from '../../runtime/connector/errors';
import type { Calls, PingReport } from '../../runtime/connector/system';
import { type AcumaticaConnection, entityUrl } from './connection';
import { assertServed, buildIn } from './endpoints';
import { describeFailure } from './failures';
import { rowsAt, textAt, unwrap } from './values';

const rights: readonly { readonly name: string; readonly entity: string; readonly optional?: boolean }[] = [
  { name: 'vendors', entity: 'Vendor' },
  { name: 'AP bills', entity: 'Bill' },
  { name: 'AP payments', entity: 'Check' },
  { name: 'GL accounts', entity: 'Account' },
  { name: 'subaccounts', entity: 'Subaccount', optional: true },
];

type Check = PingReport['checks'][number];

/**
 * Asks which endpoints the instance offers, and each entity that the product needs for one record; names what is
 * wrong: address, endpoint, version, sign-in, tenant, branch, or the right to a single form.
 * @throws SystemError
 */
export async function ping(connection: AcumaticaConnection, calls: Calls): Promise<PingReport> {
  const { endpoint, version, tenant, baseUrl } = connection;
  const served = await assertServed(connection, calls);
  const checks: (Check & { readonly status: number })[] = [];
  for (const right of rights) checks.push(await checkRight(connection, calls, right));
  if (checks.every(({ status }) => status === 403)) throw noRights(checks[0]);
  const build = buildIn(served.json);
  return {
    ok: true,
    identity: `tenant ${tenant} on ${baseUrl}, endpoint ${endpoint}/${version}${build === undefined ? '' : `, build ${build}`}`,
    checks: [
      ...tenantCheck(connection),
      ...(await branchCheck(connection, calls)),
      ...checks.map(({ status: _status, ...check }) => check),
    ],
  };
}

async function checkRight(
  connection: AcumaticaConnection,
  calls: Calls,
  { name, entity, optional }: (typeof rights)[number],
): Promise<Check & { readonly status: number }> {
  const answer = await calls.call({
    name: 'ping',
    method: 'GET',
    url: entityUrl(connection, entity),
    query: { $top: '1' },
    effect: 'read',
    accept: [403, 404],
  });
  const { status } = answer;
  if (status < 300) return { name, ok: true, status };
  const said = describeFailure(answer).message || `HTTP ${status}`;
  const detail = status === 404 ? `the endpoint has no entity ${entity}` : said;
  return { name, ok: status === 403 && optional === true, status, detail };
}

/** The client ID selects the tenant: one of another tenant would read and write there. */
function tenantCheck({ auth, clientId, tenant }: AcumaticaConnection): Check[] {
  const at = clientId.lastIndexOf('@');
  if (auth === 'cookie' || at < 0) return [];
  const ofClient = clientId.slice(at + 1);
  const ok = ofClient.toLowerCase() === tenant.toLowerCase();
  const detail = `the client ID is of tenant ${ofClient}, ACUMATICA_TENANT says ${tenant}`;
  return [{ name: 'tenant of the client ID', ok, ...(ok ? {} : { detail }) }];
}

/**
 * A token says nothing of the branch, and a header with one that is not there may pass unheard. Says nothing where
 * the branches are not listed: the form may be closed to the user, or fail in a tenant that is not set up.
 */
async function branchCheck(connection: AcumaticaConnection, calls: Calls): Promise<Check[]> {
  const { branch } = connection;
  if (branch === undefined) return [];
  const answer = await calls.call({
    name: 'list-branches',
    method: 'PUT',
    url: entityUrl(connection, 'CompaniesStructure'),
    query: { $expand: 'Results' },
    json: {},
    effect: 'idempotent',
    accept: [400, 403, 404, 405, 422, 500],
  });
  const branches = answer.status < 300 ? rowsAt(unwrap(answer.json), 'Results') : [];
  const names = branches.flatMap((each) => textAt(each, 'BranchID') ?? []);
  if (names.length === 0) return [];
  const asked = branch.trim().toLowerCase();
  const ok = branches.some((each) =>
    ['BranchID', 'BranchName'].some((field) => textAt(each, field)?.toLowerCase() === asked),
  );
  const detail = `there is no branch ${branch} (ACUMATICA_BRANCH); the tenant has ${names.join(', ')}`;
  return [{ name: 'branch', ok, ...(ok ? {} : { detail }) }];
}

function noRights(check: Check | undefined): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'ACUMATICA_FORBIDDEN',
    text: 'The user may use none of the forms.',
    remedy: "Give the user's role access to vendors, bills, checks, accounts and subaccounts.",
    systemWords: check?.detail,
    status: 403,
    call: 'ping',
  });
}
