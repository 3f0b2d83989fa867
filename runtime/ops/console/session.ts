/** The Node-RED editor keeps its sign-in here; the console shares it, so that one sign-in serves both. */
const STORAGE_KEY = 'auth-tokens';

export function token(): string | undefined {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as {
      access_token?: string;
    } | null;
    return stored?.access_token;
  } catch {
    return undefined;
  }
}

export function forget(): void {
  localStorage.removeItem(STORAGE_KEY);
}

/** Exchanges a name and password for a bearer token. Returns false when they are refused. */
export async function signIn(username: string, password: string): Promise<boolean> {
  const answer = await fetch('../auth/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_id: 'node-red-editor',
      grant_type: 'password',
      scope: '',
      username,
      password,
    }),
  });
  if (!answer.ok) return false;
  localStorage.setItem(STORAGE_KEY, await answer.text());
  return true;
}
