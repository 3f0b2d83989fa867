import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  canaries,
  create,
  failureOf,
  list,
  reply,
  type SampleConnection,
  sampleConnection,
} from '../../tests/support/sample-connection';
import { createRedactor } from './redaction';

const secret = 'canary s3cret/+"&é';

describe('redaction', () => {
  const { text, json } = createRedactor([secret]);

  it('removes a secret in every form in which it travels', () => {
    const forms = [
      secret,
      encodeURIComponent(secret),
      encodeURIComponent(secret).replace(/%20/g, '+'),
      JSON.stringify({ any: secret }),
      secret.replace(/&/g, '&amp;').replace(/"/g, '&quot;'),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const form of forms) {
      const redacted = text(`before ${form} after`);
      expect(redacted).toContain('[removed]');
      expect(redacted).not.toContain('canary');
      expect(redacted).toMatch(/^before .* after$/);
    }
  });

  it('removes a secret inside base64 of more, wherever it begins', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (before, after) => {
        const encoded = Buffer.from(`${before}:${secret}${after}`).toString('base64');
        const left = text(encoded);
        expect(left).not.toBe(encoded);
        expect(Buffer.from(left, 'base64').toString()).not.toContain('canary');
      }),
    );
  });

  it('removes authorization, sessions, tokens, bank and tax data by their names', () => {
    const detail = {
      authorization: 'Bearer abc.def',
      sessionId: 'xyz',
      access_token: 't',
      nested: { bankAccount: { accountNumber: '123456', routingNumber: 1234 }, taxId: '12-3456789' },
      IBANCode: 'DE00',
      BankAcctNumber: '99',
      vendor: 'Acme',
      amount: '12.50',
      count: 3,
      paid: true,
    };
    expect(json(detail)).toEqual({
      authorization: '[removed]',
      sessionId: '[removed]',
      access_token: '[removed]',
      nested: {
        bankAccount: { accountNumber: '[removed]', routingNumber: '[removed]' },
        taxId: '[removed]',
      },
      IBANCode: '[removed]',
      BankAcctNumber: '[removed]',
      vendor: 'Acme',
      amount: '12.50',
      count: 3,
      paid: true,
    });
  });

  it('removes the same from running text and header lines', () => {
    const said = text(
      'Authorization: Basic dXNlcjpwYXNz, password=hunter2&x=1 "sessionId":"abc" tax_id: 12-345 for Acme',
    );
    for (const gone of ['dXNlcjpwYXNz', 'hunter2', '"abc"', '12-345']) expect(said).not.toContain(gone);
    expect(said).toContain('for Acme');
    expect(said).toContain('x=1');
  });

  it('learns new secrets, such as the token of a session', () => {
    const redactor = createRedactor([]);
    expect(redactor.text('token-of-today')).toBe('token-of-today');
    redactor.add('token-of-today');
    expect(redactor.text('<token-of-today>')).toBe('<[removed]>');
  });

  it('does not shred text by a secret that is a few letters long', () => {
    expect(createRedactor(['a', '']).text('a bank')).toBe('a bank');
  });
});

describe('canary secrets', () => {
  let sample: SampleConnection;
  afterEach(() => sample?.stop());

  it('appear in no error, audit event or log line, even when the system repeats them', async () => {
    const token = 'canary-session-token';
    sample = await sampleConnection((call, answer, nth) => {
      if (call.url.startsWith('/base/login')) return reply(answer, 200, { token });
      const echo = JSON.stringify(call.headers) + call.body + Object.values(canaries).join(' ');
      if (nth > 12) return reply(answer, 403, { code: 'BAD_KEY', message: echo });
      reply(answer, nth % 2 === 0 ? 422 : 500, { message: `${encodeURIComponent(echo)} ${echo}` });
    });
    const errors: Error[] = [];
    const query = { key: canaries.SAMPLE_API_KEY, password: 'other-canary', token };
    for (let nth = 0; nth < 6; nth++) {
      errors.push(await failureOf(sample.connection.calls().call({ ...create, query })));
      errors.push(await failureOf(sample.connection.calls().call({ ...list, query })));
    }
    const everything = JSON.stringify([
      errors.map((error) => [error.message, error.stack, { ...error }, error.cause]),
      sample.audit,
      sample.log,
      sample.connection.health,
    ]);
    expect(sample.audit.length).toBeGreaterThan(6);
    expect(sample.log.length).toBeGreaterThan(0);
    expect(everything).not.toContain('canary');
    for (const value of [canaries.SAMPLE_API_KEY, canaries.SAMPLE_PASSWORD]) {
      expect(everything).not.toContain(Buffer.from(value).toString('base64').slice(0, 16));
    }
  });
});
