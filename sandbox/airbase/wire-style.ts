import Big from 'big.js';
import type { WireObject } from '../http/exact-json';
import type { Money } from '../money';
import type { AirbaseSwitches } from './switches';

/** A number that depends on a text alone, so that the same thing looks the same each time. */
function varietyOf(text: string): number {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) % 100_003;
  return sum;
}

/** An amount as decimal text of any scale. */
export function amountText(amount: Money, style: AirbaseSwitches['amountStyle'], salt = ''): string {
  const short = new Big(amount);
  const digits = short.toString().split('.')[1]?.length ?? 0;
  const padded = (scale: number) => withScale(short, Math.max(scale, digits));
  if (style === 'short') return withScale(short, digits);
  if (style === 'two') return padded(2);
  if (style === 'five') return padded(5);
  return padded([0, 1, 2, 2, 4][varietyOf(salt + amount) % 5] ?? 2);
}

function withScale(amount: Big, scale: number): string {
  // biome-ignore lint/plugin: an exact decimal, not a binary float
  return amount.toFixed(scale);
}

/** A calendar date with a time of day and without a zone. The time means nothing. */
export function timeText(date: string, style: AirbaseSwitches['timeStyle'], salt = ''): string {
  const variety = varietyOf(salt + date);
  const time = ['00:00:00', '23:59:59', '00:00:01', '12:30:00', '20:15:00'][variety % 5] ?? '00:00:00';
  const withMicros = style === 'micros' || (style === 'mixed' && variety % 2 === 0);
  return `${date}T${time}${withMicros ? `.${String(variety).padStart(6, '9')}` : ''}`;
}

/** The instant of a change, as the newer surface writes it. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString();
}

const ALIASES = [
  ['airbase_id', 'id'],
  ['airbase_url', 'url'],
  ['created_in_airbase', 'created_in_platform'],
] as const;

/** Adds the second names of members that have two, or leaves only the tenant's. */
export function withAliases(row: WireObject, aliases: AirbaseSwitches['aliases']): WireObject {
  const named = { ...row };
  for (const [branded, neutral] of ALIASES) {
    const value = row[branded];
    if (value === undefined) continue;
    if (aliases !== 'branded') named[neutral] = value;
    if (aliases === 'neutral') delete named[branded];
  }
  return named;
}
