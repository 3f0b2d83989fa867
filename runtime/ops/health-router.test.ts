import express from 'express';
import { afterEach, describe, expect, it } from 'vitest';
import { serve } from '../../tests/support/serve';
import { type Ailments, healthRouter } from './health-router';

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function ask(path: string, ailments: Ailments): Promise<[number, unknown]> {
  const { url, stop } = await serve(express().use(healthRouter(ailments, 20)));
  stops.push(stop);
  const answer = await fetch(`${url}${path}`);
  return [answer.status, await answer.json()];
}

describe('health', () => {
  it('is ready when nothing ails it, and says what does', async () => {
    expect(await ask('/ready', async () => [])).toEqual([200, { status: 'ready', causes: [] }]);
    const causes = ['the flows do not run'];
    expect(await ask('/ready', async () => causes)).toEqual([503, { status: 'not ready', causes }]);
  });

  it.each([
    ['fails', () => Promise.reject(new Error('postgres://user:canary@host'))],
    ['hangs', () => new Promise<never>(() => {})],
  ])('is not ready when the store %s, and lives all the same', async (_what, ailments) => {
    const causes = ['the store does not answer'];
    expect(await ask('/ready', ailments)).toEqual([503, { status: 'not ready', causes }]);
    expect(await ask('/live', ailments)).toEqual([200, { status: 'live' }]);
  });
});
