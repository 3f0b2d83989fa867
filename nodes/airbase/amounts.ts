import { isDecimalText } from '../../runtime/connector/decimal-text';
import { compare } from '../../runtime/mapping/decimals';

/** Sign of an amount; undefined for what is none: its own record will say so, and keeps no other from being read. */
export function signOf(amount: string | undefined): -1 | 0 | 1 | undefined {
  return amount !== undefined && isDecimalText(amount) ? compare(amount, '0') : undefined;
}
