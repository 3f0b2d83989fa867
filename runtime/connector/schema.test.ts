import { describe, expect, it } from 'vitest';
import { ConfigurationError } from './errors';
import { conform, validator } from './schema';

const bill = {
  type: 'object',
  required: ['number', 'date'],
  additionalProperties: false,
  properties: {
    number: { type: 'string', minLength: 1, maxLength: 5 },
    date: { type: 'string', format: 'date' },
    changed: { type: ['string', 'null'], format: 'date-time' },
    kind: { type: 'string', enum: ['bill', 'credit'] },
    revision: { type: 'string' },
    lines: {
      type: 'array',
      items: {
        type: 'object',
        required: ['amount'],
        properties: { amount: { type: 'string', format: 'decimal' }, count: { type: 'integer' } },
      },
    },
  },
};

describe('schema check', () => {
  const check = validator(bill);

  it('says nothing about a right document', () => {
    expect(check({ number: 'A-1', date: '2024-02-29', changed: null, lines: [{ amount: '0.10' }] })).toEqual(
      [],
    );
  });

  it('names every problem with a readable field path, at once', () => {
    const problems = check({
      number: 'A-1234',
      date: '2023-02-29',
      changed: '2024-01-01T00:00:00',
      kind: 'order',
      lines: [{ amount: '1' }, { count: 1 }, { amount: 3 }, { amount: '1,5' }],
      extra: 1,
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        { field: 'number', message: 'is longer than 5 characters (6)' },
        { field: 'date', message: 'is not a date' },
        { field: 'changed', message: 'is not a date-time' },
        { field: 'kind', message: 'must be one of bill, credit' },
        { field: 'lines[1].amount', message: 'is missing' },
        { field: 'lines[2].amount', message: 'must be string, is number' },
        { field: 'lines[3].amount', message: 'is not a decimal' },
        { field: 'extra', message: 'is not a field of this document' },
      ]),
    );
    expect(problems).toHaveLength(8);
  });

  it('knows which days exist', () => {
    const dates = validator({ type: 'string', format: 'date' });
    for (const day of ['2024-02-29', '1999-12-31']) expect(dates(day)).toEqual([]);
    for (const day of [
      '2024-02-30',
      '2023-02-29',
      '2024-13-01',
      '2024-1-1',
      '20240101',
      '2024-01-01T00:00:00Z',
    ])
      expect(dates(day)).toHaveLength(1);
  });

  it('never repeats a value in a message: it may be confidential', () => {
    expect(JSON.stringify(check({ number: 'canary-123', date: 'canary' }))).not.toContain('canary');
  });

  it('says what is wrong with a schema', () => {
    expect(() => validator({ type: 'object', propertees: {} })).toThrow(ConfigurationError);
  });
});

describe('conform', () => {
  it('turns declared decimals into decimal text even when they look like integers', () => {
    expect(
      conform({ lines: [{ amount: 100 }, { amount: '1e3' }, { amount: '1.10' }, { amount: '-0' }] }, bill),
    ).toEqual({
      lines: [{ amount: '100' }, { amount: '1000' }, { amount: '1.10' }, { amount: '0' }],
    });
  });

  it('drops undeclared fields at every depth', () => {
    expect(conform({ number: 'A', secret: 1, lines: [{ amount: 1, other: 2 }] }, bill)).toEqual({
      number: 'A',
      lines: [{ amount: '1' }],
    });
  });

  it('cuts dates to the day, never through a time zone (D7)', () => {
    expect(conform({ date: '2024-03-31T00:00:00+14:00' }, bill)).toEqual({ date: '2024-03-31' });
    expect(conform({ date: '2024-03-31T23:59:59-12:00' }, bill)).toEqual({ date: '2024-03-31' });
  });

  it('brings instants to UTC with milliseconds and leaves what has no zone alone', () => {
    expect(conform({ changed: '2024-03-31T02:00:00.1234567+02:00' }, bill)).toEqual({
      changed: '2024-03-31T00:00:00.123Z',
    });
    expect(conform({ changed: '2024-03-31T02:00:00' }, bill)).toEqual({ changed: '2024-03-31T02:00:00' });
  });

  it('keeps numbers in text fields as text, whatever their size', () => {
    expect(conform({ revision: 12 }, bill)).toEqual({ revision: '12' });
    expect(conform({ revision: '9007199254740993' }, bill)).toEqual({ revision: '9007199254740993' });
  });

  it('leaves null null, and gives an empty row for what is no object', () => {
    expect(conform({ changed: null }, bill)).toEqual({ changed: null });
    expect(conform('text', bill)).toEqual({});
  });
});
