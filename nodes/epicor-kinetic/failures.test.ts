import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection } from '../../runtime/connector/connection';
import type { StreamReader } from '../../runtime/connector/system';
import { connectTo, readContext } from '../../tests/support/kinetic-connection';
import type { Answer } from '../../tests/support/small-kinetic';
import { SmallPayables } from '../../tests/support/small-kinetic-payables';

let server: SmallPayables;
let connection: Connection;

beforeEach(async () => {
  server = new SmallPayables();
  await server.start();
  connection = connectTo(server);
});
afterEach(async () => {
  await connection.close();
  await server.stop();
});

const get = (key: string) => {
  const { get } = connection.client.streams['ap-payments'] as StreamReader;
  return (get as NonNullable<StreamReader['get']>)(key, readContext(connection));
};

const answersByID = (answer: Answer) => {
  server.fault = ({ path }) => (path.endsWith('/GetByID') ? answer : undefined);
};

it.each([
  ['Access to Erp.BO.PaymentEntrySvc is not in the access scope of this API key.', 'EPICOR_FORBIDDEN', false],
  ['API key does not allow this service.', 'EPICOR_FORBIDDEN', false],
  ['The API key has expired.', 'EPICOR_API_KEY_REFUSED', true],
  ['Invalid API key.', 'EPICOR_API_KEY_REFUSED', true],
])(
  '403 with "%s" is %s, and takes the connection offline: %s (G5, G8)',
  async (ErrorMessage, code, isOffline) => {
    server.fault = () => ({
      status: 403,
      body: { ErrorMessage, ErrorType: 'System.UnauthorizedAccessException' },
    });
    await expect(get('1')).rejects.toMatchObject({ code });
    expect(connection.health.state === 'offline').toBe(isOffline);
  },
);

it.each([400, 404, 500])('a row that is not there is none, also said with %i', async (status) => {
  const body = { ErrorMessage: 'Record not found.', ErrorType: 'Ice.Common.RecordNotFoundException' };
  answersByID({ status, body });
  expect(await get('1')).toBeUndefined();
});

it.each([
  ['Check number is in use.', 'number-in-use'],
  ['Check No. 1001 has already been used.', 'number-in-use'],
  ['Apply date is in a closed fiscal period.', 'period-closed'],
  ['The date is not in an open fiscal period.', 'period-closed'],
  ['Apply Date is before the Earliest Apply Date.', 'period-closed'],
])('"%s" parks as %s (D8, E9)', async (ErrorMessage, reason) => {
  answersByID({
    status: 400,
    body: { ErrorMessage, ErrorType: 'Ice.Common.BusinessObjectException' },
  });
  await expect(get('1')).rejects.toMatchObject({ recovery: 'rejected', reason });
});

it('an answer that says nothing does not say that the row is gone', async () => {
  answersByID({ status: 200 });
  await expect(get('1')).rejects.toMatchObject({ recovery: 'retry' });
  answersByID({ body: { returnObj: { CheckHed: [] } } });
  expect(await get('1')).toBeUndefined();
});

it('an error beside an empty result is no empty result (B15)', async () => {
  const ErrorType = 'Ice.Common.BusinessObjectException';
  const ErrorMessage = 'The search failed.';
  server.fault = () => ({ body: { value: [], returnObj: {}, ErrorMessage, ErrorType } });
  await expect(get('1')).rejects.toMatchObject({ code: 'EPICOR_REFUSED', systemWords: ErrorMessage });
});
