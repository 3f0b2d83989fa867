import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { inScale } from '../../../runtime/mapping/currencies';
import { equal, sumOf } from '../../../runtime/mapping/decimals';
import { listed, objectsAt, textAt } from '../members';
import type { Options } from './batch-kind';

/**
 * Refuses what AvidXchange would refuse, or take wrongly, before it is sent.
 * @throws RecordOutcome that parks the record
 */
export function checkInvoice(document: JsonObject, options: Options): void {
  const currency = textAt(document, 'CurrencyCode') ?? 'USD';
  const allowed = currenciesOf(options);
  if (!allowed.includes(currency)) {
    const message = `the invoice is in ${currency}, and only ${allowed.join(', ')} may be sent`;
    throw new RecordOutcome('park', 'currency-mismatch', { message, currency });
  }
  const total = textAt(document, 'GrossAmount') ?? '';
  const amounts = objectsAt(document, 'Distributions').map((line) => textAt(line, 'Amount') ?? '');
  const fine = [total, ...amounts].find((amount) => !inScale(amount, currency));
  if (fine !== undefined) {
    const message = `the amount ${fine} has more decimals than ${currency}`;
    throw new RecordOutcome('park', 'schema-failed', { message, amount: fine });
  }
  const sum = sumOf(amounts);
  if (!equal(sum, total)) {
    const message = `the lines add up to ${sum}, the invoice is over ${total}`;
    throw new RecordOutcome('park', 'amounts-differ', { message, lines: sum, total });
  }
}

function currenciesOf({ currencies }: Options): readonly string[] {
  if (Array.isArray(currencies)) return currencies.map(String);
  return listed(typeof currencies === 'string' && currencies !== '' ? currencies : 'USD');
}
