import { describe, expect, it } from 'vitest';
import { parseFilter } from './odata-filter';
import { EpicorRefusal } from './refusal';
import type { Column } from './schema';
import { parseWhere } from './where-clause';

const COLUMNS: Readonly<Record<string, Column['type']>> = {
  Name: 'text',
  Num: 'int',
  Amt: 'dec',
  Posted: 'bool',
  Changed: 'date',
};

function columnOf(name: string): Column {
  const type = COLUMNS[name];
  if (type === undefined) throw new EpicorRefusal(400, 'ODataException', name);
  return { name, type, linked: false };
}

const rows = [
  { Name: "O'Brien", Num: 1, Amt: '0.30', Posted: true, Changed: '2026-09-01' },
  { Name: 'Müller', Num: 2, Amt: '10', Posted: false, Changed: null },
  { Name: 'allied ', Num: 3, Amt: '-2.5', Posted: true, Changed: '2026-09-03' },
];

const found = (filter: string) => rows.filter(parseFilter(filter, columnOf)).map((row) => row.Num);
const where = (clause: string) => {
  const { matches, compare } = parseWhere(clause, columnOf);
  const matching = rows.filter(matches);
  return (compare === undefined ? matching : matching.sort(compare)).map((row) => row.Num);
};

describe('the OData filter', () => {
  it.each([
    ["Name eq 'O''Brien'", [1]],
    ["Name eq 'ALLIED'", [3]],
    ['Num gt 1 and Num le 3', [2, 3]],
    ['Num eq 1 or Num eq 2 and Posted eq true', [1]],
    ['(Num eq 1 or Num eq 2) and Posted eq true', [1]],
    ['not (Posted eq true)', [2]],
    ['Posted', [1, 3]],
    ['Amt eq 0.3', [1]],
    ['Amt lt -2.4', [3]],
    ["contains(Name,'RIE')", [1]],
    ["startswith(Name,'mü')", [2]],
    ['Changed ge 2026-09-01', [1, 3]],
    ['Changed gt 2026-09-01T00:00:00Z', [3]],
    ['Changed ge 2026-09-01T02:00:00+02:00', [1, 3]],
    ['Changed lt 2026-09-03T00:00:00', [1]],
    ['Changed eq null', [2]],
    ['Changed ne null', [1, 3]],
  ])('understands %s', (filter, expected) => {
    expect(found(filter)).toEqual(expected);
  });

  it.each([
    'Num gt',
    'Num gt 1 and',
    'Num GT 1',
    "num eq 'x'",
    "Num eq '1'",
    'Name eq 1',
    "endswith(Name,'x')",
    "Name eq 'x",
    "Changed ge datetime'2026-09-01T00:00:00'",
    'Num+gt+1',
    '(Num eq 1',
  ])('refuses %s', (filter) => {
    expect(() => found(filter)).toThrow(EpicorRefusal);
  });
});

describe('the where clause', () => {
  it.each([
    ['', [1, 2, 3]],
    ['Num > 1 BY Num DESC', [3, 2]],
    ['Num >= 1 AND Posted = true BY Amt', [3, 1]],
    ["Name like '%rie%'", [1]],
    ["Name = 'O''Brien' OR Num <> 1", [1, 2, 3]],
    ["Changed >= '2026-09-02'", [3]],
    ['Changed >= 09/02/2026', [3]],
    ['NOT Posted', [2]],
    ['by Name', [3, 2, 1]],
  ])('understands "%s"', (clause, expected) => {
    expect(where(clause)).toEqual(expected);
  });

  it.each(['Num >', 'Nope = 1', 'Num = 1 BY', "Name = 'x", 'Num = 1 extra'])('refuses "%s"', (clause) => {
    expect(() => where(clause)).toThrow(EpicorRefusal);
  });
});
