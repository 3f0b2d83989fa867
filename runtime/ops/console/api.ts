import type { Overview, PassportView, RecordPage, Refusal, ReplayBody, ResolveBody } from '../api-types';
import { forget, token } from './session';

/** A refused or failed call, in words for the person at the console. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

export interface RecordFilter {
  readonly sync?: string | undefined;
  readonly state?: string | undefined;
  readonly reason?: string | undefined;
  readonly text?: string | undefined;
  readonly page: number;
}

export const api = {
  overview: () => get<Overview>('overview'),
  records: (filter: RecordFilter) => get<RecordPage>(`records?${query(filter)}`),
  passport: (id: string) => get<PassportView>(`records/${encodeURIComponent(id)}`),
  readNow: (sync: string) => post<{ accepted: true }>(`syncs/${encodeURIComponent(sync)}/read`, {}),
  replay: (body: ReplayBody) => post<{ count: number }>('replay', body),
  resolve: (id: string, body: ResolveBody) =>
    post<{ resolved: true }>(`records/${encodeURIComponent(id)}/resolve`, body),
};

function query(filter: RecordFilter): string {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined && value !== '');
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
}

function get<T>(path: string): Promise<T> {
  return call<T>(path, { method: 'GET' });
}

function post<T>(path: string, body: object): Promise<T> {
  return call<T>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function call<T>(path: string, request: RequestInit): Promise<T> {
  const answer = await fetch(`api/${path}`, {
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token() ?? ''}` },
  }).catch(() => {
    throw new ApiError(
      0,
      'The runtime does not answer.',
      'Check that it is running; this page tries again by itself.',
    );
  });
  if (answer.status === 401) {
    forget();
    throw new ApiError(401, 'Sign in again.', 'Your sign-in has ended, or lacks the right that this needs.');
  }
  if (!answer.ok) {
    const refusal = (await answer.json().catch(() => undefined)) as Refusal | undefined;
    throw new ApiError(
      answer.status,
      refusal?.message ?? `The runtime answered ${answer.status}.`,
      refusal?.remedy ?? '',
    );
  }
  return (await answer.json()) as T;
}
