import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { createClient } from './client';
import { openAcumatica } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

const now = new Date('2026-03-02T10:40:00.000Z');

function answer(status: number, body: unknown, headers = {}): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers, text, json };
}

function exception(type: string, message = 'words') {
  return {
    message: 'An error has occurred.',
    exceptionMessage: message,
    exceptionType: type,
    stackTrace: '',
  };
}

function classified(status: number, failed: unknown, effect: HttpRequest['effect'] = 'once') {
  const description = describeFailure(answer(status, failed));
  const failure = { call: 'x', effect, status, description, retryAfterMs: undefined, now };
  return classify(failure, manifest.errors, (text) => text);
}

describe('the manifest of Acumatica', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('declares exactly what the client does', () => {
    const clock = { now: () => now, wait: async () => {} };
    const client = createClient(openAcumatica({ baseUrl: 'https://erp.example.com/Books' }, clock));
    expect(Object.keys(client.streams)).toEqual(Object.keys(manifest.streams));
    expect(Object.keys(client.operations)).toEqual(Object.keys(manifest.operations));
  });
});

const contract = 'PX.Api.ContractBased';

describe('a refusal of Acumatica', () => {
  it.each([
    [
      500,
      exception(`${contract}.NoEntitySatisfiesTheConditionException`),
      'not-found',
      'ACUMATICA_NO_SUCH_RECORD',
    ],
    [404, '', 'not-found', 'ACUMATICA_NOT_FOUND'],
    [410, '', 'not-found', 'ACUMATICA_NOT_FOUND'],
    [500, exception('PX.Data.PXException', 'API Login Limit'), 'rate-limited', 'ACUMATICA_NO_SEAT'],
    [429, 'CheckApiUsersLimits', 'rate-limited', 'ACUMATICA_NO_SEAT'],
    [429, '', 'rate-limited', 'HTTP_TOO_MANY_REQUESTS'],
    [
      500,
      exception('PX.Data.PXException', 'Invalid credentials. Please try again.'),
      'configuration',
      'ACUMATICA_LOGIN_REFUSED',
    ],
    [500, exception('PX.Data.PXUndefinedCompanyException'), 'configuration', 'ACUMATICA_NO_SUCH_TENANT'],
    [500, exception('PX.Data.PXNotLoggedInException'), 'refresh-sign-in', 'ACUMATICA_SESSION_ENDED'],
    [401, '<html>Unauthorized</html>', 'refresh-sign-in', 'ACUMATICA_SESSION_ENDED'],
    [403, { message: 'No.' }, 'rejected', 'ACUMATICA_FORBIDDEN'],
    [
      500,
      exception(`${contract}.OptimizedExport.CannotOptimizeException`),
      'rejected',
      'ACUMATICA_CANNOT_OPTIMIZE',
    ],
    [412, '', 'rejected', 'ACUMATICA_PRECONDITION_FAILED'],
    [422, { ReferenceNbr: { value: '<NEW>' }, error: 'No.' }, 'rejected', 'ACUMATICA_REFUSED'],
    [500, exception(`${contract}.OutcomeEntityHasErrorsException`), 'rejected', 'ACUMATICA_REFUSED'],
    [
      500,
      exception('PX.Data.PXException', 'Document status is invalid for processing.'),
      'rejected',
      'ACUMATICA_REFUSED',
    ],
    [
      500,
      exception('PX.Data.PXLockViolationException', 'Another process has updated the record.'),
      'retry',
      'ACUMATICA_COLLISION',
    ],
    [
      500,
      { exceptionMessage: 'Document status is invalid for processing.' },
      'rejected',
      'ACUMATICA_REFUSED',
    ],
    [500, { Terms: { value: 'X', error: 'Not found.' }, error: 'No.' }, 'rejected', 'ACUMATICA_REFUSED'],
    [500, { exceptionMessage: 'Something else.' }, 'ambiguous', 'HTTP_SERVER_ERROR'],
    [500, { message: 'An error has occurred.' }, 'ambiguous', 'HTTP_SERVER_ERROR'],
    [500, exception('System.Data.SqlClient.SqlException', 'Timeout'), 'ambiguous', 'HTTP_SERVER_ERROR'],
    [502, '<html>Bad Gateway</html>', 'ambiguous', 'HTTP_SERVER_ERROR'],
  ])('%i with %j is %s', (status, failed, recovery, code) => {
    expect(classified(status, failed)).toMatchObject({ recovery, code });
  });

  it('is retried when a read ends in an internal error', () => {
    expect(classified(500, '', 'read').recovery).toBe('retry');
  });

  it.each([
    ['The 03-2026 financial period is closed in AP.', 'period-closed'],
    ['The financial period is inactive.', 'period-closed'],
    ['The financial period for 03-2031 is not defined in the system.', 'period-closed'],
    ["ApplicationDate: 'Financial Period' cannot be found in the system.", 'period-closed'],
    ["Vendor Ref. 'N' is already used by Bill 000159 of this vendor.", 'number-in-use'],
    ['Details[0].AmountPaid: it is more than the balance.', 'partly-paid'],
    ['The document is applied to the unreleased payment 000001.', 'partly-paid'],
    ['The bill is applied to payment 000001, which has not been released.', 'partly-paid'],
    ['The bill has not been released.', 'rejected-by-target'],
    ['CurrencyID: The currency of the cash account is USD.', 'currency-mismatch'],
    ["The vendor status is 'Hold Payments'.", 'vendor-inactive'],
    ['Terms: No such terms.', 'rejected-by-target'],
  ])('parks "%s" as %s', (message, reason) => {
    expect(classified(422, exception('PX.Data.PXException', message)).reason).toBe(reason);
  });

  it('is found in an answer that says success', () => {
    const connection = openAcumatica(
      { baseUrl: 'https://erp.example.com' },
      { now: () => now, wait: async () => {} },
    );
    const hidden = (body: unknown) =>
      findHiddenFailure(
        answer(200, body),
        { name: 'x', method: 'GET', url: '/x', effect: 'read' },
        connection,
      );
    expect(hidden(exception('PX.Data.PXException', 'No.'))).toMatchObject({ message: 'No.' });
    expect(hidden({ Vendor: { value: 'V1' }, error: 'No.' })).toMatchObject({ message: 'No.' });
    expect(hidden([{ Vendor: { value: 'V1' } }])).toBeUndefined();
    expect(hidden({ Vendor: { value: 'V1' }, note: {} })).toBeUndefined();
  });

  it('is told with every field it is about, and with inner exceptions', () => {
    const entity = {
      error: 'Inserting raised errors.',
      Vendor: { value: 'V1', error: 'Vendor is inactive.' },
      Details: [{ Account: { value: '6', error: 'Not found.' } }, { error: 'Row 2.' }],
    };
    expect(describeFailure(answer(422, entity)).message).toBe(
      'Vendor: Vendor is inactive.; Details[0].Account: Not found.; Details[1]: Row 2.; Inserting raised errors.',
    );
    const inner = { ...exception('A', 'Outer.'), innerException: exception('B', '<p>Inner.</p>') };
    expect(describeFailure(answer(500, inner))).toMatchObject({ type: 'A B', message: 'Outer.; Inner.' });
  });

  it.each([
    ['HTML', '<html><title>x</title><h1>Server  Error</h1></html>', 'Server Error'],
    ['a message', { message: 'No.', messageDetail: 'Why.' }, 'No. Why.'],
    ['a model state', { message: 'Bad.', modelState: { 'entity.Date': ['Wrong.'] } }, 'entity.Date: Wrong.'],
    ['OAuth', { error: 'invalid_grant', error_description: 'Locked.' }, 'Locked.'],
    ['nothing', '', ''],
    ['null', 'null', 'null'],
    ['a list', [1], '[1]'],
  ])('is read from %s', (_name, failed, message) => {
    expect(describeFailure(answer(400, failed)).message).toBe(message);
  });
});
