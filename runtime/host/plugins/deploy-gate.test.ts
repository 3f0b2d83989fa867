import express, { type RequestHandler } from 'express';
import { describe, expect, it } from 'vitest';
import { serve } from '../../../tests/support/serve';
import type { FlowNode } from '../flows/flow-node';
import { findClashes } from '../flows/flow-rules';
import { DeployGate } from './deploy-gate';

const running: readonly FlowNode[] = [
  { id: 'tab', type: 'tab' },
  { id: 'sync', type: 'sync', name: 'bills' },
  { id: 'read', type: 'x-read', z: 'tab', sync: 'sync', name: 'read' },
];
const copy: FlowNode = { id: 'copy', type: 'x-read', z: 'tab', sync: 'sync', name: 'copy' };

/** A server with the gate before a stand-in for Node-RED's routes; what happened, in order. */
async function withGate(run: (call: Call, events: string[]) => Promise<void>, answer = 200): Promise<void> {
  const events: string[] = [];
  const gate = new DeployGate();
  const mayDeploy: RequestHandler = (request, response, next) => {
    if (request.headers.authorization === 'Bearer admin') return next();
    response.status(401).end();
  };
  gate.attach({
    mayDeploy,
    currentFlows: () => running,
    faultsOf: (nodes) => findClashes(nodes).map(({ message }) => message),
    drain: async (timeoutMs) => {
      events.push(`drain ${timeoutMs}`);
      return true;
    },
    resume: () => events.push('resume'),
    tell: (text) => text && events.push(text),
  });
  const app = express();
  app.use(gate.middleware);
  app.use(express.json());
  app.use((request, response) => {
    events.push(`${request.method} ${request.path} ${JSON.stringify(request.body ?? null).length}`);
    response.status(answer).end();
  });
  const { url, stop } = await serve(app);
  const call: Call = (method, path, body, token = 'admin') =>
    fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  try {
    await run(call, events);
  } finally {
    await stop();
  }
}
type Call = (method: string, path: string, body?: unknown, token?: string) => Promise<Response>;

describe('the deploy gate', () => {
  it.each([
    ['POST', '/flows'],
    ['POST', '/FLOWS/'],
    ['POST', '/flow'],
    ['PUT', '/flow/tab'],
    ['DELETE', '/Flow/tab/'],
    ['POST', '/flows/state'],
  ])('H1: lets work in flight end before %s %s', async (method, path) => {
    await withGate(async (call, events) => {
      await call(method, path, {});
      expect(events).toEqual(['drain 20000', `${method} ${path} 2`]);
    });
  });

  it('stands in nobody else’s way', async () => {
    await withGate(async (call, events) => {
      await call('GET', '/flows');
      await call('POST', '/flows-of-mine', {});
      expect(events).toEqual(['GET /flows 4', 'POST /flows-of-mine 2']);
    });
  });

  it('checks the right to deploy before it stops any work', async () => {
    await withGate(async (call, events) => {
      expect((await call('POST', '/flows', [], 'viewer')).status).toBe(401);
      expect(events).toEqual([]);
    });
  });

  it.each([
    ['a list', 'POST', '/flows', [...running, copy]],
    ['a list with its revision', 'POST', '/flows', { rev: '1', flows: [...running, copy] }],
    ['another tab', 'POST', '/flow', { label: 'new', nodes: [{ ...copy, z: 'new' }] }],
    ['a changed tab', 'PUT', '/flow/tab', { id: 'tab', nodes: [running[2], copy] }],
  ])('H3: refuses %s in which two nodes read one sync, in plain words', async (_, method, path, body) => {
    await withGate(async (call, events) => {
      const answer = await call(method, path, body);
      expect(answer.status).toBe(400);
      expect(await answer.text()).toBe(
        'Not deployed: "bills" has 2 enabled read nodes ("read", "copy"); it may have one.',
      );
      expect(events).toEqual([]);
    });
  });

  it('accepts a tab that replaces itself', async () => {
    await withGate(async (call, events) => {
      await call('PUT', '/flow/tab', { id: 'tab', nodes: [{ ...running[2], id: 'again' }] });
      expect(events).toHaveLength(2);
    });
  });

  it('goes on when Node-RED refuses the deploy', async () => {
    await withGate(async (call, events) => {
      expect((await call('POST', '/flows', [])).status).toBe(409);
      await expect.poll(() => events.at(-1)).toBe('resume');
    }, 409);
  });

  it('refuses a body that is not JSON without stopping anything', async () => {
    await withGate(async (call, events) => {
      expect((await call('POST', '/flows', '[{')).status).toBe(400);
      expect(events).toEqual([]);
    });
  });
});
