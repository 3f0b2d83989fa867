import { describe, expect, it, vi } from 'vitest';
import { ConfigurationError } from '../connector/errors';
import type { Json, JsonObject } from '../connector/json';
import type { Lookups } from './functions';
import { DEFAULT_LIMITS, type MappingLimits } from './limits';
import { compileProgram, type ProgramResult } from './program';

const NO_LINKS: Lookups = { link: async () => undefined, source: async () => undefined };
const RECORD = { sync: 'invoices', company: 'EPIC06', sent: false };

function evaluate(
  document: string,
  data: JsonObject = {},
  {
    limits,
    lookups = NO_LINKS,
    now,
  }: { limits?: Partial<MappingLimits>; lookups?: Lookups; now?: () => number } = {},
): Promise<ProgramResult> {
  return compileProgram({ rules: [], document }, { ...DEFAULT_LIMITS, ...limits }, now).run(
    { data, record: RECORD },
    lookups,
  );
}

async function failureOf(...of: Parameters<typeof evaluate>) {
  const result = await evaluate(...of);
  if (result.kind !== 'failed') throw new Error(`expected a failure, got ${JSON.stringify(result)}`);
  return result.failure;
}

async function documentOf(...of: Parameters<typeof evaluate>): Promise<Json | undefined> {
  const result = await evaluate(...of);
  if (result.kind !== 'document') throw new Error(`expected a document, got ${JSON.stringify(result)}`);
  return result.document;
}

describe('an expression that runs wild', () => {
  it.each([
    [
      'a function that calls itself in tail position',
      '($f := function($n){ $f($n + 1) }; $f(1))',
      'MAPPING_TIMEOUT',
    ],
    [
      'two that call each other',
      '($f := function(){ $g() }; $g := function(){ $f() }; $f())',
      'MAPPING_TIMEOUT',
    ],
    [
      'a function that calls itself deeper and deeper',
      '($f := function($n){ 1 + $f($n) }; $f(1))',
      'MAPPING_TOO_DEEP',
    ],
    ['a text that doubles', '($f := function($s){ $f($s & $s) }; $f("0123456789"))', 'MAPPING_TOO_LARGE'],
    ['a list that is too long', '[1..10000000]', 'MAPPING_TOO_LARGE'],
    ['lists in lists', '$map([1..300], function($x){ [1..9000] })', 'MAPPING_TOO_LARGE'],
    [
      'a large result',
      '$map([1..50000], function(){ "0123456789012345678901234567890123456789012345" })',
      'MAPPING_TOO_LARGE',
    ],
    ['a deep result', '$reduce([1..1000], function($a, $i){ {"a": $a} }, {})', 'MAPPING_TOO_DEEP'],
  ])('I5 ends with a coded error: %s', async (_what, expression, code) => {
    const timeMs = code === 'MAPPING_TIMEOUT' ? 300 : 30_000;
    const failure = await failureOf(expression, {}, { limits: { timeMs } });
    expect(failure).toMatchObject({ code, field: 'document' });
  });

  it('I5 counts computing, not waiting for the ledger', async () => {
    let time = 0;
    const slow: Lookups = {
      ...NO_LINKS,
      link: async () => {
        time += 60_000;
        return { ref: 'bill-1', attributes: {} };
      },
    };
    expect(await documentOf('$link("invoices", "A")', {}, { lookups: slow, now: () => time })).toBe('bill-1');
    const failure = await failureOf(
      '($link("invoices", "A"); $sum([1..1000].($ + 1)))',
      {},
      { lookups: slow, now: () => (time += 600) },
    );
    expect(failure.code).toBe('MAPPING_TIMEOUT');
  });

  it.each([
    'process',
    '$process',
    'constructor',
    '$constructor',
    '"".constructor',
    '$lookup($, "constructor")',
    '$lookup({}, "__proto__")',
    '$string.constructor',
    '$env("PATH")',
    '$require("fs")',
    '$add.constructor("return process")()',
  ])('I5 %s reaches neither the process nor its environment', async (expression) => {
    const result = await evaluate(expression, { a: 1 });
    expect(result.kind === 'failed' || (result.kind === 'document' && result.document === undefined)).toBe(
      true,
    );
  });

  it.each(['$now()', '$millis()', '$random()', '$shuffle([1,2,3])', '$eval("1+1")'])(
    'refuses %s: the same record always maps to the same document',
    async (expression) => {
      expect(await failureOf(expression)).toMatchObject({ code: 'MAPPING_IMPURE', line: 1 });
    },
  );
});

describe('an expression that fails', () => {
  it('is named with field, line, column and its text', async () => {
    const expression = '{\n  "number": Number,\n  "amount": $add(Amount, Freight)\n}';
    expect(await failureOf(expression, { Number: 'A-1', Amount: '10.00' })).toEqual({
      code: 'NOT_A_DECIMAL',
      message: 'the second summand is missing: no such field, or it is empty',
      field: 'document',
      line: 3,
      column: 17,
      snippet: '"amount": $add(Amount, Freight)',
    });
  });

  it('is named so for the engine’s own errors too', async () => {
    expect(
      await failureOf('{"total": $sum(Lines.Amount)}', { Lines: [{ Amount: '1.10' }, { Amount: '2' }] }),
    ).toMatchObject({ code: 'JSONATA_T0412', line: 1, column: expect.any(Number) });
    expect(await failureOf('$park("no-such-reason")')).toMatchObject({ code: 'UNKNOWN_REASON' });
  });

  it('is refused when it does not parse, with its place', () => {
    const compile = () => compileProgram({ rules: [], document: '{\n  "a": Lines[\n}' });
    expect(compile).toThrow(ConfigurationError);
    expect(compile).toThrow(
      expect.objectContaining({ code: 'MAPPING_SYNTAX', where: expect.stringMatching(/^document, line 3/) }),
    );
  });

  it('keeps the place of each of two evaluations apart', async () => {
    const program = compileProgram({ rules: [], document: '(\n$add(a, 1);\n$add(b, 1))' });
    const run = (data: JsonObject) => program.run({ data, record: RECORD }, NO_LINKS);
    const [first, second] = await Promise.all([run({ a: 'x', b: '1' }), run({ a: '1', b: 'x' })]);
    expect(first).toMatchObject({ failure: { line: 2 } });
    expect(second).toMatchObject({ failure: { line: 3 } });
  });
});

describe('what an expression gives', () => {
  it('is plain JSON with ordinary prototypes', async () => {
    const value = (await documentOf(
      '{"a": {"b": Lines.{"c": X}}, "f": function(){1}, "g": $sum, "n": null}',
      {
        Lines: [{ X: 1 }, { X: 2 }],
      },
    )) as { a: { b: object[] } };
    expect(value).toStrictEqual({ a: { b: [{ c: 1 }, { c: 2 }] }, n: null });
    for (const part of [value, value.a, value.a.b[0]])
      expect(Object.getPrototypeOf(part)).toBe(Object.prototype);
    expect(Object.getOwnPropertyNames(value.a.b)).toEqual(['0', '1', 'length']);
  });

  it('is never a number that JSON cannot say', async () => {
    expect((await failureOf('{"a": 1/0}')).code).toMatch(/JSONATA_D1001|MAPPING_NOT_JSON/);
  });
});

describe('functions of the ledger', () => {
  const ledger: Lookups = {
    link: vi.fn(async (sync, company, key) =>
      key === '17' ? { ref: `${company}/${sync}/${key}`, attributes: { currency: 'USD' } } : undefined,
    ),
    source: async (_sync, _company, ref) =>
      ref === 'bill-1' ? { key: '17|A', data: { VendorNum: 17 } } : undefined,
  };
  const ask = (expression: string, data: JsonObject = {}, lookups = ledger) =>
    evaluate(expression, data, { lookups });

  it('find links and sources of the record’s own company, each asked once', async () => {
    expect(
      await ask('$link("vendors", VendorNum) & $link("vendors", "17")', { VendorNum: 17 }),
    ).toMatchObject({
      document: 'EPIC06/vendors/17EPIC06/vendors/17',
    });
    expect(ledger.link).toHaveBeenCalledTimes(1);
    expect(await ask('$linked("vendors", 17).attributes.currency')).toMatchObject({ document: 'USD' });
    expect(await ask('$linked("vendors", 18)')).toMatchObject({ document: undefined });
    expect(await ask('$source("invoices", "bill-1").data.VendorNum')).toMatchObject({ document: 17 });
  });

  it.each([
    ['vendors-to-bill', 'vendor-not-linked'],
    ['gl-accounts-to-bill', 'gl-account-unmapped'],
    ['departments-to-bill', 'department-unmapped'],
    ['bills-to-bill', 'not-ours'],
  ])('C5 park the record until %s has the link', async (sync, reason) => {
    expect(await ask(`$link("${sync}", "18")`)).toMatchObject({
      kind: 'outcome',
      outcome: 'park',
      reason,
      waitsFor: { sync, key: '18' },
      detail: { message: `18 has no link in ${sync}`, sync, key: '18' },
    });
  });

  it('take the reason from the call, then from the sync, then from the table', async () => {
    const configured: Lookups = { ...ledger, missingReason: () => 'department-unmapped' };
    expect(await ask('$link("vendors", "18")', {}, configured)).toMatchObject({
      reason: 'department-unmapped',
    });
    expect(await ask('$link("vendors", "18", "not-ours")', {}, configured)).toMatchObject({
      reason: 'not-ours',
    });
    expect(await ask('$link("vendors", VendorNum)')).toMatchObject({
      reason: 'vendor-not-linked',
      waitsFor: undefined,
    });
  });

  it('E13 name what a rule or an outcome found no link for: that link brings the record back', async () => {
    const waitsFor = { sync: 'bills', key: 'no-such-bill' };
    expect(await ask('$source("bills", "no-such-bill") ? 1 : $ignore("not-ours")')).toMatchObject({
      kind: 'outcome',
      outcome: 'ignore',
      waitsFor,
    });
    expect(await ask('$linked("bills", "18") ? 1 : $ignore("not-ours")')).toMatchObject({
      waitsFor: { sync: 'bills', key: '18' },
    });
    const both = '$linked("bills", "18") or $source("bills", "no-such-bill") ? 1 : $ignore("not-ours")';
    expect(await ask(both)).toMatchObject({ waitsFor });
    expect(await ask('{ "key": $source("bills", "no-such-bill").key }')).toMatchObject({
      kind: 'document',
      waitsFor,
    });
    expect(await ask('$number($source("bills", "no-such-bill").key) + "x"')).toMatchObject({
      kind: 'failed',
      waitsFor,
    });
    const rule = { applies: 'any', when: '$not($exists($source("bills", "no-such-bill")))' } as const;
    const program = compileProgram({ rules: [rule] });
    expect(await program.run({ data: {}, record: RECORD }, ledger)).toMatchObject({ kind: 'rule', waitsFor });
  });

  it('park and ignore with what a person needs', async () => {
    expect(await ask('$park("amounts-differ", {"lines": "9.99", "invoice": "10.00"})')).toMatchObject({
      kind: 'outcome',
      outcome: 'park',
      reason: 'amounts-differ',
      detail: { lines: '9.99', invoice: '10.00' },
    });
    expect(await ask('$sent() ? 1 : $ignore("not-ours", "a text")')).toMatchObject({
      outcome: 'ignore',
      detail: { message: 'a text' },
    });
  });

  it('know the record that is being mapped', async () => {
    const facts = { ...RECORD, key: '17|A', sent: true, ref: 'bill-1' };
    const program = compileProgram({
      rules: [],
      document: '[$record.key, $record.ref, $record.company, $sent()]',
    });
    expect(await program.run({ data: {}, record: facts }, ledger)).toEqual({
      kind: 'document',
      document: ['17|A', 'bill-1', 'EPIC06', true],
    });
  });

  it('let an error of the ledger through as it is', async () => {
    const down: Lookups = { ...ledger, link: () => Promise.reject(new Error('connection lost')) };
    await expect(ask('$link("vendors", "17")', {}, down)).rejects.toThrow('connection lost');
  });

  it('serve the higher-order functions of the language', async () => {
    expect(await ask('$map(a, $negate)', { a: ['1.10', '2'] })).toMatchObject({ document: ['-1.1', '-2'] });
    expect(await ask('$reduce(a, $add)', { a: ['1.10', '2'] })).toMatchObject({ document: '3.1' });
    expect(
      await ask('$sumOf(Lines.Amount)', { Lines: [{ Amount: '0.1' }, { Amount: '0.2' }] }),
    ).toMatchObject({ document: '0.3' });
    expect(await ask('$sumOf(Lines.Amount)', { Lines: [{ Amount: '0.1' }] })).toMatchObject({
      document: '0.1',
    });
    expect(await ask('$country([Code, Name], "US")', { Name: 'Germany' })).toMatchObject({ document: 'DE' });
  });
});
