import { type Decimal, fitsScale } from './decimals';
import { MappingFault } from './mapping-fault';

/** ISO 4217 minor units that are not two. (`Intl` follows another list: there IQD has no decimals, here three.) */
const DIGITS: ReadonlyMap<string, number> = new Map([
  ...group(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...group(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...group(4, 'CLF UYW'),
]);

const KNOWN = new Set(Intl.supportedValuesOf('currency'));

function group(digits: number, codes: string): [string, number][] {
  return codes.split(' ').map((code) => [code, digits]);
}

/**
 * Decimal places of a currency, by its ISO 4217 code.
 * @throws MappingFault UNKNOWN_CURRENCY, because a guess of two would be wrong by a factor of a hundred for yen.
 */
export function currencyDigits(code: string): number {
  const known = DIGITS.get(code);
  if (known !== undefined) return known;
  if (KNOWN.has(code)) return 2;
  throw new MappingFault(
    'UNKNOWN_CURRENCY',
    `${JSON.stringify(code) ?? 'nothing'} is not an ISO 4217 currency code`,
  );
}

/** Whether the amount can be said in the currency: no finer than its smallest unit. */
export function inScale(amount: Decimal, currency: string): boolean {
  return fitsScale(amount, currencyDigits(currency));
}
