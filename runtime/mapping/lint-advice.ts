/** What to write instead of an operator, given how the two sides are called. */
const OPERATORS: Readonly<Record<string, (left: string, right: string) => string>> = {
  '<': (left, right) => `$compare(${left}, ${right}) < 0`,
  '>': (left, right) => `$compare(${left}, ${right}) > 0`,
  '<=': (left, right) => `$compare(${left}, ${right}) <= 0`,
  '>=': (left, right) => `$compare(${left}, ${right}) >= 0`,
  '=': (left, right) => `$equal(${left}, ${right})`,
  '!=': (left, right) => `$not($equal(${left}, ${right}))`,
  in: (left, right) => `$count(${right}[$equal($, ${left})]) > 0`,
  '+': (left, right) => `$add(${left}, ${right})`,
  '-': (left, right) => `$subtract(${left}, ${right})`,
  '*': (left, right) => `$multiply(${left}, ${right})`,
  '/': (left) => `$round($multiply(${left}, "0.…"), 2), with the divisor turned into a factor`,
  '%': (left) => `$subtract(${left}, …)`,
  and: (left) => `$compare(${left}, 0) != 0 and …`,
  or: (left) => `$compare(${left}, 0) != 0 or …`,
};

/** What to write instead of a function of the language that computes with binary floats. */
const FUNCTIONS: Readonly<Record<string, (argument: string) => string>> = {
  sum: (argument) => `$sumOf(${argument})`,
  average: (argument) => `$round($multiply($sumOf(${argument}), "0.…"), 2)`,
  max: (argument) => `$reduce(${argument}, function($a, $b){ $compare($a, $b) > 0 ? $a : $b })`,
  min: (argument) => `$reduce(${argument}, function($a, $b){ $compare($a, $b) < 0 ? $a : $b })`,
  abs: (argument) => `$absolute(${argument})`,
  floor: (argument) => `$round(${argument}, 0)`,
  ceil: (argument) => `$round(${argument}, 0)`,
  power: (argument) => `$multiply(${argument}, ${argument})`,
  sqrt: () => 'nothing: an amount has no exact root',
  number: (argument) => `${argument} as it is`,
  formatNumber: (argument) => `$round(${argument}, 2)`,
  formatBase: (argument) => `$round(${argument}, 0)`,
  boolean: (argument) => `$compare(${argument}, 0) != 0`,
  not: (argument) => `$equal(${argument}, 0)`,
};

const TEXT_ORDER = new Set(['<', '>', '<=', '>=']);

export function adviceForOperator(operator: string, left: string, right: string): string | undefined {
  const instead = OPERATORS[operator]?.(left, right);
  if (!instead) return undefined;
  const trouble = TEXT_ORDER.has(operator)
    ? `"${operator}" compares decimal text letter by letter, so that "9" is more than "10"`
    : operator === '=' || operator === '!=' || operator === 'in'
      ? `"${operator}" compares decimal text letter by letter, so that "100" is not "100.00"`
      : operator === 'and' || operator === 'or'
        ? `"${operator}" takes any decimal text for true, "0.00" too`
        : `"${operator}" computes with binary floats`;
  return `${trouble}: write ${instead}`;
}

export function adviceForFunction(name: string, argument: string): string | undefined {
  const instead = FUNCTIONS[name]?.(argument);
  if (!instead) return undefined;
  const trouble =
    name === 'boolean' || name === 'not'
      ? 'takes any decimal text for true, "0.00" too'
      : 'computes with binary floats';
  return `$${name} ${trouble}: write ${instead}`;
}

export function adviceForSort(term: string): string {
  return (
    `"^" sorts decimal text letter by letter: write ` +
    `$sort(…, function($a, $b){ $compare($a.${term}, $b.${term}) > 0 })`
  );
}

export function adviceForTest(term: string): string {
  return `"?" takes any decimal text for true, "0.00" too: write $compare(${term}, 0) != 0 ? … : …`;
}

export function adviceForMinus(term: string): string {
  return `"-" computes with binary floats: write $negate(${term})`;
}
