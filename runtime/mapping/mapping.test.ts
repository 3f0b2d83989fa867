import { describe, expect, it } from 'vitest';
import { ConfigurationError, RecordOutcome } from '../connector/errors';
import type { JsonObject } from '../connector/json';
import { compileCondition } from './condition';
import type { Lookups } from './functions';
import { compileMapping } from './mapping';
import type { MappingRule } from './mapping-rule';

const lookups: Lookups = {
  link: async (sync, _company, key) =>
    key === '17' ? { ref: `ref-of-${sync}-${key}`, attributes: {} } : undefined,
  source: async () => undefined,
};

const documentSchema: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['vendorId', 'invoiceNumber', 'lines'],
  properties: {
    vendorId: { type: 'string' },
    invoiceNumber: { type: 'string', maxLength: 21 },
    dueDate: { type: 'string', format: 'date' },
    lines: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['amount'],
        properties: {
          amount: { type: 'string', format: 'decimal' },
          tags: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};

const document = `{
  "vendorId": $link("vendors-to-bill", VendorNum),
  "invoiceNumber": InvoiceNum,
  "dueDate": $date(DueDate),
  "lines": Lines.{ "amount": Amount, "tags": Tag }
}`;

const rules: MappingRule[] = [
  {
    applies: 'new',
    when: 'PayHold',
    outcome: 'park',
    reason: 'not-approved',
    detail: '"on hold: " & InvoiceNum',
  },
  {
    applies: 'sent',
    when: '$not(OpenPayable)',
    outcome: 'ignore',
    reason: 'unchanged',
    detail: '{"balance": Balance}',
  },
  {
    applies: 'any',
    when: '$not($equal($sumOf(Lines.Amount), Total))',
    outcome: 'park',
    reason: 'amounts-differ',
  },
];

const invoice: JsonObject = {
  VendorNum: 17,
  InvoiceNum: 'A-1',
  DueDate: '2026-03-31T00:00:00',
  PayHold: false,
  OpenPayable: true,
  Total: '10.00',
  Lines: [{ Amount: '10.00', Tag: 'x' }],
};
const record = { sync: 'invoices-to-bill', company: 'EPIC06', sent: false };

function compile(changes: Partial<Parameters<typeof compileMapping>[0]> = {}) {
  return compileMapping({ rules, document, documentSchema, lookups, ...changes });
}

async function outcomeOf(attempt: Promise<unknown>): Promise<RecordOutcome> {
  const thrown = await attempt.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(RecordOutcome);
  return thrown as RecordOutcome;
}

describe('a mapping', () => {
  it('gives the document and the version of its text', async () => {
    const mapping = compile();
    expect(await mapping.map(invoice, record)).toEqual({
      document: {
        vendorId: 'ref-of-vendors-to-bill-17',
        invoiceNumber: 'A-1',
        dueDate: '2026-03-31',
        lines: [{ amount: '10.00', tags: ['x'] }],
      },
      version: mapping.version,
    });
    expect(compile().version).toBe(mapping.version);
    expect(compile({ document: `${document} ` }).version).not.toBe(mapping.version);
    expect(compile({ rules: rules.slice(1) }).version).not.toBe(mapping.version);
  });

  it('makes a list of one where the schema wants a list, and text of a whole decimal', async () => {
    const { document: mapped } = await compile({ rules: [] }).map(
      { ...invoice, Lines: [{ Amount: 10 }] },
      record,
    );
    expect(mapped['lines']).toEqual([{ amount: '10' }]);
  });

  it('D2 refuses an amount that went through a binary float', async () => {
    const outcome = await outcomeOf(
      compile({ rules: [] }).map({ ...invoice, Lines: [{ Amount: 0.5 }] }, record),
    );
    expect(outcome).toMatchObject({ outcome: 'park', reason: 'schema-failed' });
    expect(outcome.detail['fields']).toEqual([{ field: 'lines[0].amount', message: expect.any(String) }]);
  });

  it('stops at the first rule that says yes, for new and for sent records', async () => {
    const held = { ...invoice, PayHold: true, OpenPayable: false, Balance: '3.00' };
    expect(await outcomeOf(compile().map(held, record))).toMatchObject({
      outcome: 'park',
      reason: 'not-approved',
      detail: { message: 'on hold: A-1', rule: '1: PayHold' },
    });
    expect(await outcomeOf(compile().map(held, { ...record, sent: true }))).toMatchObject({
      outcome: 'ignore',
      reason: 'unchanged',
      detail: { balance: '3.00' },
    });
    expect(await outcomeOf(compile().map({ ...invoice, Total: '10.01' }, record))).toMatchObject({
      reason: 'amounts-differ',
    });
  });

  it('C5 parks until the vendor is linked', async () => {
    expect(await outcomeOf(compile().map({ ...invoice, VendorNum: 18 }, record))).toMatchObject({
      reason: 'vendor-not-linked',
      waitsFor: { sync: 'vendors-to-bill', key: '18' },
    });
  });

  it('E13 waits for the link for want of which its document is refused', async () => {
    const ownVendor = '{ "vendorId": $source("vendors-to-bill", "no-such-vendor").key }';
    expect(await outcomeOf(compile({ rules: [], document: ownVendor }).map(invoice, record))).toMatchObject({
      reason: 'schema-failed',
      waitsFor: { sync: 'vendors-to-bill', key: 'no-such-vendor' },
    });
  });

  it('parks with the field and the position of what failed', async () => {
    const mapping = compile();
    expect(await outcomeOf(mapping.map({ ...invoice, DueDate: '31.03.2026' }, record))).toMatchObject({
      reason: 'mapping-failed',
      detail: { field: 'document', line: 4, code: 'NOT_A_DATE', mapping: mapping.version },
    });
    expect(await outcomeOf(mapping.map({ ...invoice, Total: null }, record))).toMatchObject({
      reason: 'mapping-failed',
      detail: { field: 'rules[2].when', line: 1, code: 'NOT_A_DECIMAL' },
    });
    expect(await outcomeOf(mapping.map({ ...invoice, PayHold: 'no' }, record))).toMatchObject({
      detail: { field: 'rules[0].when', code: 'NOT_A_CONDITION' },
    });
    expect(await outcomeOf(compile({ document: 'Nothing' }).map(invoice, record))).toMatchObject({
      reason: 'mapping-failed',
    });
  });

  it('B20 parks with every field that the schema refuses', async () => {
    const outcome = await outcomeOf(
      compile({ rules: [] }).map({ ...invoice, InvoiceNum: 'x'.repeat(22), Lines: [] }, record),
    );
    expect(outcome.reason).toBe('schema-failed');
    expect((outcome.detail['fields'] as { field: string }[]).map(({ field }) => field)).toEqual(
      expect.arrayContaining(['invoiceNumber']),
    );
    expect(outcome.message).toMatch(/lines/);
  });

  it.each([
    [{ reason: 'no-such-reason' }, 'rules[0].reason'],
    [{ applies: 'always' }, 'rules[0].applies'],
    [{ outcome: 'drop' }, 'rules[0].outcome'],
    [{ when: 'a = ' }, 'rules[0].when'],
    [{ detail: '"' }, 'rules[0].detail'],
  ])('refuses a rule with %j, naming it', (change, where) => {
    const compiling = () => compile({ rules: [{ ...rules[0], ...change } as MappingRule] });
    expect(compiling).toThrow(ConfigurationError);
    expect(compiling).toThrow(expect.objectContaining({ where: expect.stringContaining(where) }));
  });
});

describe('a condition', () => {
  it('says yes or no, and yes when nothing is asked', async () => {
    const condition = compileCondition('Posted and $not(PayHold)', lookups);
    expect(await condition({ Posted: true, PayHold: false }, record)).toBe(true);
    expect(await condition({ Posted: true, PayHold: true }, record)).toBe(false);
    expect(await condition({}, record)).toBe(false);
    expect(await compileCondition(' ', lookups)({}, record)).toBe(true);
  });

  it('parks a record on which it fails', async () => {
    const condition = compileCondition('$compare(Total, "0") > 0', lookups);
    expect(await outcomeOf(condition({}, record))).toMatchObject({
      outcome: 'park',
      reason: 'mapping-failed',
    });
  });
});
