import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../connector/json';
import { lintExpression, lintMapping } from './lint';

const decimal: JsonObject = { type: ['string', 'null'], format: 'decimal' };
const row: JsonObject = {
  type: 'object',
  properties: {
    InvoiceNum: { type: 'string' },
    InvoiceDate: { type: 'string', format: 'date' },
    Posted: { type: 'boolean' },
    Total: decimal,
    Balance: decimal,
    Lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: { Amount: decimal, Text: { type: 'string' }, Parts: { type: 'array', items: decimal } },
      },
    },
  },
};

const lint = (text: string) => lintExpression(text, 'document', row);

describe('the lint of mappings', () => {
  it.each([
    ['Total > Balance', '$compare(Total, Balance) > 0'],
    ['Total >= 0', '$compare(Total, 0) >= 0'],
    ['0 < Total', '$compare(0, Total) < 0'],
    ['Total = Balance', '$equal(Total, Balance)'],
    ['$$.Total != "0"', '$not($equal($$.Total, "0"))'],
    ['Total in ["1"]', '$equal($, Total)'],
    ['Total + 1', '$add(Total, 1)'],
    ['1 - Total', '$subtract(1, Total)'],
    ['Total * 2', '$multiply(Total, 2)'],
    ['Total / 2', '$round($multiply(Total'],
    ['-Total', '$negate(Total)'],
    ['$sum(Lines.Amount)', '$sumOf(Lines.Amount)'],
    ['$sum(Lines.Parts)', '$sumOf(Lines.Parts)'],
    ['Lines.Amount ~> $sum', '$sumOf(…)'],
    ['Lines.Amount ~> $sum()', '$sumOf(…)'],
    ['$max(Lines.Amount)', '$reduce(Lines.Amount'],
    ['$abs(Total)', '$absolute(Total)'],
    ['$number(Total)', 'Total as it is'],
    ['$formatNumber(Total, "0.00")', '$round(Total, 2)'],
    ['Lines[Amount > 0].Text', '$compare(Amount, 0) > 0'],
    ['Lines^(Amount).Text', '$compare($a.Amount, $b.Amount)'],
    ['Lines.{"big": Amount > "100"}', '$compare(Amount, "100") > 0'],
    ['Lines@$l.($l.Amount > 1)', '$compare($l.Amount, 1) > 0'],
    ['$map(Lines, function($l){ $l.Amount < 0 })', '$compare($l.Amount, 0) < 0'],
    ['$sort(Lines, function($a, $b){ $a.Amount > $b.Amount })', '$compare($a.Amount, $b.Amount) > 0'],
    ['($t := Total; $t < 1)', '$compare($t, 1) < 0'],
    ['($less := function($x, $y){ $x < $y }; $less(Total, Balance))', '$compare($x, $y) < 0'],
    ['$add(Total, "1") > 5', '$compare(…, 5) > 0'],
    ['(Posted ? Total : Balance) = "1"', '$equal(…, "1")'],
    ['Total ? 1 : 2', '$compare(Total, 0) != 0'],
    ['Posted and Total', '$compare(Total, 0) != 0 and'],
    ['$not(Total)', '$equal(Total, 0)'],
    ['{"a": Total}.a < 1', '$compare('],
    ['Lines{Text: $sum(Amount)}', '$sumOf(Amount)'],
  ])('refuses %s and says %s', (text, advice) => {
    const findings = lint(text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      code: 'DECIMAL_AS_TEXT',
      field: 'document',
      line: 1,
      column: expect.any(Number),
    });
    expect(findings[0]?.message).toContain(advice);
  });

  it.each([
    '$compare(Total, Balance) > 0 and $equal(Total, 0)',
    'InvoiceDate < "2026-01-01"',
    '$count(Lines) > 1',
    'Total = null',
    '$exists(Total) ? Total : "0"',
    '"total " & Total',
    '{"amount": $round(Total, 2), "lines": Lines.{"text": Text, "amount": $negate(Amount)}}',
    '$source("x", InvoiceNum).data.Anything > 1',
    '$reduce(Lines.Amount, $add)',
    '($f := function($n){ $n = 0 ? 0 : $f($n - 1) }; $f(3))',
    'Lines[0].Text',
    'Lines[Text = "x"]^(Text).{"a": Amount}',
  ])('has nothing against %s', (text) => {
    expect(lint(text)).toEqual([]);
  });

  it('names fields that the record does not have, with their place', () => {
    expect(lint('{\n  "a": Totl,\n  "b": Lines.Amuont\n}')).toEqual([
      expect.objectContaining({
        code: 'UNKNOWN_FIELD',
        line: 2,
        column: 11,
        message: expect.stringContaining('"Totl"'),
      }),
      expect.objectContaining({
        code: 'UNKNOWN_FIELD',
        line: 3,
        message: expect.stringContaining('"Amuont"'),
      }),
    ]);
  });

  it('names a place once, however many calls lead there', () => {
    const findings = lint('($f := function($x){ $x.Amuont < 1 }; [$f(Lines), $f(Lines[0])])');
    expect(findings.map(({ code }) => code)).toEqual(['UNKNOWN_FIELD']);
  });

  it('looks at every expression of a mapping', () => {
    const findings = lintMapping(
      {
        rules: [{ when: 'Posted' }, { when: 'Total < 0', detail: '-Balance' }],
        document: '{"a": Total * 2}',
      },
      row,
    );
    expect(findings.map(({ field }) => field)).toEqual(['rules[1].when', 'rules[1].detail', 'document']);
  });
});
