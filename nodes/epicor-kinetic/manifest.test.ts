import { describe, expect, it } from 'vitest';
import { classify } from '../../runtime/connector/classify';
import { parseLossless } from '../../runtime/connector/lossless-json';
import { checkManifest } from '../../runtime/connector/manifest-check';
import type { HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { createClient } from './client';
import { openEpicor } from './connection';
import { describeFailure, findHiddenFailure } from './failures';
import { manifest } from './manifest';

const now = new Date('2026-03-02T10:40:00.000Z');

function answer(status: number, body: unknown): HttpAnswer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  let json: HttpAnswer['json'];
  try {
    json = parseLossless(text);
  } catch {}
  return { status, headers: {}, text, json };
}

function body(type: string, message = 'words'): unknown {
  return { HttpStatus: 400, ReasonPhrase: 'REST Api Exception', ErrorMessage: message, ErrorType: type };
}

function classified(status: number, failed: unknown, effect: HttpRequest['effect'] = 'once', call = 'x') {
  const description = describeFailure(answer(status, failed));
  const failure = { call, effect, status, description, retryAfterMs: undefined, now };
  return classify(failure, manifest.errors, (text) => text);
}

const hidden = (json: unknown, url = '/x') =>
  findHiddenFailure(answer(200, json), { name: 'x', method: 'POST', url, effect: 'once' }, 'EPIC06');

describe('the manifest of Epicor Kinetic', () => {
  it('is valid', () => {
    expect(checkManifest(manifest)).toEqual([]);
  });

  it('declares exactly what the client does', () => {
    const clock = { now: () => now, wait: async () => {} };
    const client = createClient(
      openEpicor({ baseUrl: 'https://erp.example.com/Live', company: 'EPIC06' }, clock),
    );
    expect(Object.keys(client.streams)).toEqual(Object.keys(manifest.streams));
    expect(Object.keys(client.operations)).toEqual(Object.keys(manifest.operations));
  });
});

describe('a refusal of Epicor', () => {
  const business = 'Ice.Common.BusinessObjectException';
  it.each([
    [400, body(business), 'rejected', 'EPICOR_REFUSED'],
    [500, body(business), 'rejected', 'EPICOR_REFUSED'],
    [400, body('Ice.BLException'), 'rejected', 'EPICOR_REFUSED'],
    [400, body('Microsoft.OData.ODataException'), 'rejected', 'EPICOR_QUERY_REFUSED'],
    [401, '', 'refresh-sign-in', 'EPICOR_SIGN_IN_REFUSED'],
    [401, body('x', 'Token expired.'), 'refresh-sign-in', 'EPICOR_SIGN_IN_REFUSED'],
    [401, body('x', 'Invalid or missing API key.'), 'configuration', 'EPICOR_API_KEY_REFUSED'],
    [401, body('x', 'Invalid token or API key.'), 'refresh-sign-in', 'EPICOR_SIGN_IN_REFUSED'],
    [403, body('Ice.UnauthorizedAccessException'), 'rejected', 'EPICOR_FORBIDDEN'],
    [403, '', 'rejected', 'EPICOR_FORBIDDEN'],
    [404, body('Ice.Common.RecordNotFoundException'), 'not-found', 'EPICOR_NO_SUCH_ROW'],
    [404, body('Epicor.RESTApi.ErrorHandling.ApiException'), 'rejected', 'EPICOR_NO_SUCH_METHOD'],
    [409, body('Ice.Common.DuplicateRecordException'), 'rejected', 'EPICOR_DUPLICATE'],
    [400, body(business, 'Invoice already exists. Duplicate entry.'), 'rejected', 'EPICOR_DUPLICATE'],
    [409, body(business, 'Row has been modified by another user.'), 'rejected', 'EPICOR_STALE_ROW'],
    [409, '', 'rejected', 'EPICOR_STALE_ROW'],
    [410, body('Ice.InvalidSessionException'), 'refresh-sign-in', 'EPICOR_SESSION_ENDED'],
    [400, body(business, 'Group is locked by another user.'), 'rejected', 'EPICOR_GROUP_LOCKED'],
    [400, body(business, 'The group ML1 is in use by clerk.'), 'rejected', 'EPICOR_GROUP_LOCKED'],
    [503, body('Ice.ConversionsPendingException'), 'retry', 'EPICOR_UPGRADING'],
    [503, body('x', 'Maximum users exceeded on license type.'), 'rate-limited', 'EPICOR_NO_LICENSE_SEAT'],
    [500, body('x', 'Sorry, an unexpected internal problem.'), 'ambiguous', 'HTTP_SERVER_ERROR'],
    [502, '<html>Bad Gateway</html>', 'ambiguous', 'HTTP_SERVER_ERROR'],
  ])('%i with %j is %s', (status, failed, recovery, code) => {
    expect(classified(status, failed)).toMatchObject({ recovery, code });
  });

  it.each(['list-vendors', 'find-invoice', 'ap-chk-grp-find'])(
    'is about a service that this site lacks when the entity set behind %s is not there',
    (call) => {
      const failed = body('Epicor.RESTApi.ErrorHandling.ApiException');
      expect(classified(404, failed, 'read', call)).toMatchObject({
        recovery: 'rejected',
        code: 'EPICOR_NO_SUCH_SERVICE',
      });
    },
  );

  it.each([body('Epicor.RESTApi.ErrorHandling.ApiException'), '<html>Not Found</html>'])(
    'is about the address when even the vendors are not there: %j',
    (failed) => {
      expect(classified(404, failed, 'read', 'ping')).toMatchObject({
        recovery: 'configuration',
        code: 'EPICOR_NO_SUCH_ADDRESS',
      });
    },
  );

  it.each([400, 409])('that names the check number parks as taken: %i', (status) => {
    const refusal = body(business, 'Check number has been used already.');
    expect(classified(status, refusal)).toMatchObject({ recovery: 'rejected', reason: 'number-in-use' });
  });

  it('is retried when a read ends in an internal error', () => {
    expect(classified(500, '', 'read').recovery).toBe('retry');
  });

  it.each(['Apply date is in a closed fiscal period.', 'The period for this date is closed.'])(
    'parks "%s" under its own reason',
    (message) => {
      expect(classified(400, body(business, message)).reason).toBe('period-closed');
    },
  );

  it.each([
    [
      'its own body',
      {
        ErrorMessage: 'No.',
        ErrorType: 'T',
        ErrorDetails: [{ Message: 'Why', Table: 'APInvHed', Field: 'InvoiceNum' }],
      },
      'No.; Why (APInvHed.InvoiceNum)',
    ],
    ['only a reason', { HttpStatus: 400, ReasonPhrase: 'REST API Exception' }, 'REST API Exception'],
    ['OData', { error: { code: '', message: 'Bad filter.' } }, 'Bad filter.'],
    [
      'OData with a language',
      { 'odata.error': { message: { lang: 'en', value: 'Bad filter.' } } },
      'Bad filter.',
    ],
    ['XML', '<Error><ErrorMessage>No.</ErrorMessage></Error>', 'No.'],
    ['HTML', '<html><style>b{}</style><h1>Bad  Gateway</h1></html>', 'Bad Gateway'],
    ['nothing', '', ''],
    ['null', 'null', 'null'],
    ['a list', [1], '[1]'],
  ])('is read from %s', (_name, failed, message) => {
    expect(describeFailure(answer(400, failed)).message).toBe(message);
  });

  it('says the correlation ID of an internal error', () => {
    const failed = { ErrorMessage: 'Sorry.', CorrelationId: 'abc' };
    expect(describeFailure(answer(500, failed)).message).toBe('Sorry. (correlation abc)');
  });
});

describe('behind a good status (B15)', () => {
  it('an error body is found', () => {
    expect(hidden({ ErrorMessage: 'No.', ErrorType: 'T' })).toMatchObject({ message: 'No.', type: 'T' });
    expect(hidden({ error: { message: 'No.' } })).toMatchObject({ message: 'No.' });
  });

  it('a save that did not run is found, with what it asks', () => {
    const parameters = { ds: {}, lUpdateRan: false, opMessage: 'Sure?' };
    expect(hidden({ parameters })).toEqual({ code: 'NOT_SAVED', message: 'nothing was saved: Sure?' });
    const asks = { parameters: { ds: {}, requiresUserInput: true } };
    expect(hidden(asks, '/Erp.BO.APInvoiceSvc/UpdateMaster')).toMatchObject({ code: 'NOT_SAVED' });
    expect(hidden(asks, '/Erp.BO.PaymentEntrySvc/PreUpdate')).toBeUndefined();
  });

  it('a save in part is found', () => {
    const failed = {
      returnObj: { BOUpdError: [{ ErrorText: 'Line 2.' }] },
      parameters: { errorsOccurred: true },
    };
    expect(hidden(failed)).toEqual({ code: 'SAVED_IN_PART', message: 'Line 2.' });
  });

  it.each([
    ['a list', { value: [{ Company: 'EPIC06' }, { Company: 'EPIC99' }] }],
    ['a dataset', { returnObj: { APInvHed: [{ Company: 'EPIC99' }] } }],
    ['a parameter', { parameters: { ds: { CheckHed: [{ Company: 'EPIC99' }] } } }],
    ['a BAQ', { value: [{ APInvHed_Company: 'EPIC99' }] }],
  ])('rows of another company are found in %s (A16)', (_name, json) => {
    expect(hidden(json)).toMatchObject({ code: 'WRONG_COMPANY' });
  });

  it('nothing is found in what is in order', () => {
    expect(hidden({ value: [{ Company: 'EPIC06', ErrorMessage: '' }] })).toBeUndefined();
    expect(hidden({ parameters: { ds: { CheckHed: [{ Company: '' }] }, lUpdateRan: true } })).toBeUndefined();
    expect(hidden({})).toBeUndefined();
    expect(hidden([])).toBeUndefined();
  });
});
