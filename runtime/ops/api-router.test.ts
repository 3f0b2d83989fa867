import express, { type RequestHandler } from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../../tests/support/serve';
import { ConfigurationError } from '../connector/errors';
import { apiRouter, type Operations } from './api-router';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const refusing = () => {
  throw new Error('not part of this test');
};

async function console_(
  operations: Partial<Operations>,
  rights: readonly string[] = ['ops.read', 'ops.write'],
) {
  const guard =
    (permission: string): RequestHandler =>
    (request, response, next) => {
      Object.assign(request, { user: { username: 'olga' } });
      if (rights.includes(permission)) next();
      else response.status(401).end();
    };
  const app = express();
  app.use(
    apiRouter(
      {
        overview: refusing,
        records: refusing,
        passport: refusing,
        replay: refusing,
        resolve: refusing,
        readNow: refusing,
        verify: refusing,
        ...operations,
      },
      guard,
    ),
  );
  const { url, stop } = await serve(app);
  stops.push(stop);
  return (path: string, body?: unknown) =>
    fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      ...(body === undefined
        ? {}
        : {
            body: typeof body === 'string' ? body : JSON.stringify(body),
            headers: { 'content-type': 'application/json' },
          }),
    });
}

describe('the operations API', () => {
  it('lets nobody act who may only read', async () => {
    let acted = false;
    const call = await console_(
      {
        replay: async () => {
          acted = true;
          return 1;
        },
      },
      ['ops.read'],
    );
    expect((await call('/replay', { why: 'x', sync: 's' })).status).toBe(401);
    expect(acted).toBe(false);
  });

  it('replays with who and why', async () => {
    const seen: unknown[] = [];
    const call = await console_({
      replay: async (body, by) => {
        seen.push(body, by);
        return 2;
      },
    });
    const answer = await call('/replay', {
      why: 'account created',
      sync: 'invoices-to-bill',
      reason: 'gl-account-unmapped',
    });
    expect(await answer.json()).toEqual({ count: 2 });
    expect(seen).toEqual([
      { why: 'account created', sync: 'invoices-to-bill', reason: 'gl-account-unmapped' },
      'olga',
    ]);
  });

  it('I4: signs every act with the user of the session, wants to hear why, and offers nothing that edits a record', async () => {
    const signed: unknown[] = [];
    const call = await console_({
      replay: async (_body, by) => Number(signed.push(by)),
      resolve: async (_id, _body, by) => {
        signed.push(by);
      },
    });
    const act = async (path: string, body: object) => (await call(path, body)).status;
    const because = { why: 'checked with the bank' };
    expect(await act('/replay', { ...because, sync: 's' })).toBe(200);
    expect(await act('/records/r1/resolve', { ...because, happened: false })).toBeLessThan(300);
    expect(signed).toEqual(['olga', 'olga']);
    expect(await act('/replay', { ...because, by: 'someone else', sync: 's' })).toBe(400);
    expect(await act('/replay', { why: '', sync: 's' })).toBe(400);
    expect(await act('/replay', { ...because, sync: 's', data: { amount: '1.00' } })).toBe(400);
    expect(await act('/records/r1', { data: { amount: '1.00' } })).toBe(404);
    expect(signed).toHaveLength(2);
  });

  it.each([
    ['no reason given', '/replay', { sync: 's' }, 'why'],
    ['neither records nor a sync', '/replay', { why: 'x' }, 'recordIds'],
    ['an unknown field', '/replay', { why: 'x', sync: 's', force: true }, 'additional'],
    ['happened without an id', '/records/r1/resolve', { why: 'seen', happened: true }, 'ref'],
    ['a list', '/replay', [], 'object'],
  ])('refuses %s, naming it', async (_what, path, body, named) => {
    const answer = await (await console_({}))(path, body);
    const refusal = (await answer.json()) as { code: string; message: string };
    expect(answer.status).toBe(400);
    expect(refusal.code).toBe('BODY_INVALID');
    expect(refusal.message).toContain(named);
  });

  it('answers broken JSON, unknown records and unknown paths with a coded refusal', async () => {
    const call = await console_({ passport: async () => undefined });
    const codes = await Promise.all(
      [call('/replay', '{"why":'), call('/records/none'), call('/nowhere')].map(
        async (answer) => ((await (await answer).json()) as { code: string }).code,
      ),
    );
    expect(codes).toEqual(['BODY_NOT_JSON', 'NO_SUCH_RECORD', 'NO_SUCH_PATH']);
  });

  it('shows a refused act with its remedy', async () => {
    const call = await console_({
      resolve: async () => {
        throw new ConfigurationError(
          'NO_OPEN_WRITE',
          'The record has no open write.',
          'record r1',
          'Nothing to do.',
        );
      },
    });
    const answer = await call('/records/r1/resolve', { why: 'seen', happened: false });
    expect([answer.status, await answer.json()]).toEqual([
      409,
      { code: 'NO_OPEN_WRITE', message: 'The record has no open write.', remedy: 'Nothing to do.' },
    ]);
  });

  it('reads the filter of a list and ignores a page that is no number', async () => {
    const seen: unknown[] = [];
    const call = await console_({
      records: async (filter) => {
        seen.push(filter);
        return { records: [], total: 0, reasons: {} };
      },
    });
    await call("/records?sync=a&state=parked&reason=&page=zwei&text=O'Brien");
    expect(seen).toEqual([{ sync: 'a', state: 'parked', text: "O'Brien", page: 0 }]);
  });
});
