/** One function that an expression may call beside those of JSONata; shown in the editor, the help and the docs. */
export interface FunctionDoc {
  readonly name: string;
  readonly args: string;
  readonly group: 'links' | 'decimals' | 'dates' | 'texts' | 'outcome';
  readonly text: string;
}

export const FUNCTION_DOCS: readonly FunctionDoc[] = [
  doc(
    'links',
    'link',
    'sync, key [, reason]',
    'The target’s id of what this source key became in another sync. Without a link the record parks and is released when the link appears.',
  ),
  doc('links', 'linked', 'sync, key', 'The same without parking: {ref, attributes}, or nothing.'),
  doc(
    'links',
    'source',
    'sync, ref',
    'The way back: {key, data} of the source record behind a target’s id, or nothing. A record that is parked or ignored for want of it comes back when it appears.',
  ),
  doc('links', 'record', '', 'Not a function: {sync, company, key, sent, ref} of the record being mapped.'),
  doc('links', 'sent', '', 'Whether this record was sent before.'),
  doc('outcome', 'park', 'reason [, detail]', 'Parks the record: it waits for a person or a change.'),
  doc('outcome', 'ignore', 'reason [, detail]', 'Ignores the record: nothing needs to be done.'),
  doc('decimals', 'add', 'a, b', 'Exact sum of two amounts.'),
  doc('decimals', 'subtract', 'a, b', 'Exact difference.'),
  doc('decimals', 'multiply', 'a, b', 'Exact product.'),
  doc('decimals', 'negate', 'amount', 'The amount with the other sign.'),
  doc('decimals', 'absolute', 'amount', 'The amount without its sign.'),
  doc('decimals', 'compare', 'a, b', '-1, 0 or 1 as a is less than, equal to or more than b.'),
  doc('decimals', 'equal', 'a, b', 'Whether two amounts are the same: 100 equals 100.00.'),
  doc('decimals', 'sumOf', 'amounts', 'Exact sum of a list; 0 of an empty one.'),
  doc(
    'decimals',
    'round',
    'amount, digits [, "half-even"]',
    'Rounded to so many decimal places, half away from zero.',
  ),
  doc(
    'decimals',
    'inScale',
    'amount, currency',
    'Whether the currency can say this amount: no half cents, no parts of a yen.',
  ),
  doc(
    'dates',
    'date',
    'text',
    'The calendar date at the beginning of a text; a time behind it is cut off, never converted.',
  ),
  doc('dates', 'addDays', 'date, days', 'So many days later.'),
  doc('dates', 'addMonths', 'date, months', 'The same day so many months later, or the last of that month.'),
  doc('dates', 'daysBetween', 'from, to', 'How many days the second date is later.'),
  doc(
    'texts',
    'shorten',
    'text, max',
    'Shortened with a hash where it is too long: the same text always gives the same.',
  ),
  doc('texts', 'clip', 'text, max', 'Cut where it is too long. Not for identities.'),
  doc(
    'texts',
    'normalNumber',
    'text',
    'A document number as people compare it: letters and digits, upper case, no leading zeros.',
  ),
  doc('texts', 'country', 'texts [, whenBlank]', 'Two-letter code of the first text that is not blank.'),
];

function doc(group: FunctionDoc['group'], name: string, args: string, text: string): FunctionDoc {
  return { name, args, group, text };
}
