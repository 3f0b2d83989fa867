import { type ExactNumber, exact, isObject, type Wire, type WireObject } from '../http/exact-json';
import { invalidParameter } from './refusal';
import type { BaswareSwitches } from './switches';

/** An instant as the system writes it. A calendar date keeps its day whatever the style. */
export function timeText(ms: number, style: BaswareSwitches['dateStyle']): string {
  const text = new Date(ms).toISOString();
  return style === 'offset' ? text.replace('Z', '+00:00') : text;
}

/** A calendar date, `YYYY-MM-DD`, as the system writes it. */
export function dateText(date: string, style: BaswareSwitches['dateStyle']): string {
  if (style === 'date') return date;
  const zone = { plain: '', z: 'Z', offset: '+02:00' }[style];
  return `${date}T00:00:00${zone}`;
}

/** The instant of a query's `lastUpdated`, in milliseconds; without a zone it is UTC. Throws 400 when it is none. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const zoned = /T.*(Z|[+-]\d{2}:?\d{2})$/.test(text) || !text.includes('T') ? text : `${text}Z`;
  const ms = Date.parse(zoned);
  if (Number.isNaN(ms)) throw invalidParameter(`lastUpdated: ${text} is not a date-time.`);
  return ms;
}

/** Decimal text as a number in the way the tenant's server writes numbers. */
export function amountToken(text: string, style: BaswareSwitches['numberStyle']): ExactNumber {
  if (style === 'plain') return exact(trimmed(text));
  if (style === 'fraction') return exact(text.includes('.') ? text : `${text}.0`);
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+(?=\d)/, '');
  const exponent = digits.length - 1 - fraction.length;
  const rest = digits.slice(1).replace(/0+$/, '');
  return exact(`${sign}${digits[0]}.${rest || '0'}E${exponent}`);
}

/** As a binary float's shortest form has it: no zeros at the end. */
function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** A record in the tenant's style: members without a value are left out or null, all the way down. */
export function showWire(value: WireObject, switches: BaswareSwitches): WireObject {
  const shown = (member: Wire): Wire => {
    if (Array.isArray(member)) return member.map(shown);
    return isObject(member) ? showWire(member, switches) : member;
  };
  const members = Object.entries(value).filter(([, member]) => member !== null || switches.unset === 'null');
  return Object.fromEntries(members.map(([name, member]) => [name, shown(member)]));
}
