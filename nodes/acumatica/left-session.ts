import { createHash } from 'node:crypto';
import type { JsonObject } from '../../runtime/connector/json';
import type { SessionMemory } from '../../runtime/connector/system';
import type { AcumaticaConnection, HeldSession } from './connection';
import { textAt } from './values';

/**
 * The session that another runtime of this installation holds, or left when it was killed. All of them share one
 * session, and so one license seat: the connection's limit keeps their calls apart.
 * @returns undefined when none is known, or it was opened with other credentials or at another address
 */
export async function leftSession(
  connection: AcumaticaConnection,
  memory: SessionMemory,
): Promise<HeldSession | undefined> {
  const facts = await memory.load();
  const token = textAt(facts, 'token');
  if (token === undefined || facts['of'] !== ownerOf(connection)) return undefined;
  const expiresAt = facts['expiresAt'];
  return {
    token,
    refreshToken: textAt(facts, 'refreshToken'),
    renewed: facts['renewed'] === true,
    ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
  };
}

/** Remembers the session for whoever comes after this process. */
export async function keepSession(
  connection: AcumaticaConnection,
  { token, refreshToken, renewed, expiresAt }: HeldSession,
  memory: SessionMemory,
): Promise<void> {
  const facts: JsonObject = { of: ownerOf(connection), token, renewed };
  if (refreshToken !== undefined) facts['refreshToken'] = refreshToken;
  if (expiresAt !== undefined) facts['expiresAt'] = expiresAt;
  await memory.save(facts);
}

/**
 * The newest token of a chain that a person's sign-in began, also after its session has ended: nobody is there to
 * sign in again. Undefined for the other ways to sign in, which need none.
 */
export async function leftRefreshToken(
  connection: AcumaticaConnection,
  memory: SessionMemory,
): Promise<string | undefined> {
  if (connection.auth !== 'oauth-code') return undefined;
  const facts = await memory.load();
  return facts['of'] === ownerOf(connection) ? textAt(facts, 'refreshToken') : undefined;
}

/** Forgets the session that has ended, and not the chain it came from; a newer one of another runtime stays. */
export async function forgetSession(
  connection: AcumaticaConnection,
  token: string,
  memory: SessionMemory,
): Promise<void> {
  const facts = await memory.load();
  if (textAt(facts, 'token') !== token) return;
  const { of, refreshToken } = facts;
  const chain = connection.auth === 'oauth-code' && refreshToken !== undefined;
  await memory.save(chain ? { of: of ?? null, refreshToken } : {});
}

/** Whose session it is, as a hash: password and code are part of it. */
function ownerOf(connection: AcumaticaConnection): string {
  const { baseUrl, tenant, auth, grant, clientId, scope, username, password, branch, authorizationCode } =
    connection;
  const owner = [
    baseUrl,
    tenant,
    auth,
    grant,
    clientId,
    scope,
    username,
    password,
    branch ?? '',
    authorizationCode,
  ];
  return createHash('sha256').update(JSON.stringify(owner)).digest('hex');
}
