import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Connection } from '../../../runtime/connector/connection';
import { connectTo, operationContext } from '../../../tests/support/bill-connection';
import { SmallBill } from '../../../tests/support/small-bill';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly shortName?: string;
  readonly archived?: boolean;
}

let server: SmallBill;
let connection: Connection;
let departments: Row[];

beforeEach(async () => {
  server = await new SmallBill().start();
  connection = connectTo(server);
  departments = [];
  server.extra = ({ path }) =>
    path === '/v3/classifications/departments' ? { body: { results: departments } } : undefined;
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

function lookUp(candidates: string[], options = {}, name?: string) {
  const operation = connection.client.operations['match-department'] ?? expect.fail();
  return operation.lookUp({ candidates, ...(name && { name }) }, operationContext(connection, options));
}

describe('matching a department', () => {
  it('links the department with this code as its short name or name', async () => {
    departments = [
      { id: '0de1', name: 'Consulting', shortName: 'CON' },
      { id: '0de2', name: 'TAX' },
    ];
    expect(await lookUp(['CON'])).toEqual({
      found: 'present',
      ref: '0de1',
      attributes: { shortName: 'CON', name: 'Consulting' },
    });
    expect(await lookUp(['000-TAX', 'tax '])).toMatchObject({ ref: '0de2' });
  });

  it('prefers the exact code, and an earlier candidate to a later one', async () => {
    departments = [
      { id: '0de1', name: 'con' },
      { id: '0de2', name: 'CON' },
      { id: '0de3', name: 'TAX' },
    ];
    expect(await lookUp(['CON', 'TAX'])).toMatchObject({ ref: '0de2' });
    expect(await lookUp(['TAX', 'CON'])).toMatchObject({ ref: '0de3' });
  });

  it('parks what is missing, ambiguous or archived, naming it (C7)', async () => {
    departments = [
      { id: '0de1', name: 'CON' },
      { id: '0de2', name: 'CON' },
      { id: '0de3', name: 'OLD', archived: true },
    ];
    const parked = { found: 'conflict', reason: 'department-unmapped' };
    expect(await lookUp(['X1'])).toMatchObject({ ...parked, detail: { candidates: ['X1'] } });
    expect(await lookUp(['CON'])).toMatchObject({ ...parked, detail: { departments: [{}, {}] } });
    expect(await lookUp(['OLD'])).toMatchObject({
      ...parked,
      detail: { departments: [{ unusable: 'archived' }] },
    });
  });

  it('matches by description only when it is told to', async () => {
    departments = [{ id: '0de1', name: 'Consulting' }];
    expect(await lookUp(['CON'], {}, 'consulting')).toMatchObject({ found: 'conflict' });
    expect(await lookUp(['CON'], { matchName: true }, 'consulting')).toMatchObject({ ref: '0de1' });
  });

  it('parks where BILL does not show its departments, with its words', async () => {
    server.extra = () => ({ status: 403, body: [{ code: 'BDC_1145', message: 'Feature is off.' }] });
    expect(await lookUp(['CON'])).toMatchObject({
      reason: 'department-unmapped',
      detail: { message: expect.stringContaining('Feature is off.') },
    });
  });

  it('parks where the organization has no departments at all', async () => {
    server.extra = () => ({ status: 404, body: 'no route' });
    expect(await lookUp(['CON'])).toMatchObject({ found: 'conflict', reason: 'department-unmapped' });
  });

  it('reads the departments once for many subaccounts that ask at the same time', async () => {
    departments = [{ id: '0de1', name: 'CON' }];
    await Promise.all(Array.from({ length: 50 }, () => lookUp(['CON'])));
    expect(server.seen('GET /v3/classifications/departments')).toHaveLength(1);
  });
});
