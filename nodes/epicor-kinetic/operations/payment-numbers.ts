import { ConfigurationError, RecordOutcome } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { type Condition, equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { isStatus } from '../troubles';
import { freeGroupId, freeNumber, sequenceName } from './group-numbers';
import { largestCheckNumber, type Payment } from './payment-document';
import { findByGroup, findHeads, findVoidable, type PaymentHead } from './payment-heads';

const firstCheckNumber = 900_000_001;

/** An ID whose payment group never was. @param isGroup whether such a group exists */
export function freePaymentGroupId(
  connection: EpicorConnection,
  context: OperationContext,
  isGroup: (groupId: string) => Promise<boolean>,
): Promise<string> {
  return freeGroupId(connection, context, {
    sequence: 'payment-group',
    isUsed: async (groupId) =>
      (await isGroup(groupId)) || (await findByGroup(connection, context.calls, groupId)).length > 0,
    lastUsed: async (from, to) => {
      const last = await lastPayment(connection, context, [
        { column: 'GroupID', operator: 'ge', value: { text: from } },
        { column: 'GroupID', operator: 'le', value: { text: to } },
      ]);
      return last?.groupId;
    },
  });
}

/**
 * The number a payment is entered under: the real check number, or one of our own, because 0 blocks posting.
 * @throws RecordOutcome (park, `number-in-use`) when the real number is taken on this bank account
 */
export async function checkNumberOf(
  connection: EpicorConnection,
  payment: Payment,
  context: OperationContext,
): Promise<number> {
  const isUsed = async (number: number) => {
    const onAccount = [equals('CheckNum', number), equals('BankAcctID', connection.bankAccount ?? '')];
    const found = await findHeads(connection, context.calls, onAccount, { top: 1 });
    if (found.length > 0 || connection.learned.showsPosted) return found.length > 0;
    return (await findVoidable(connection, context.calls, equals('CheckNum', number), 'none')).length > 0;
  };
  const real = payment.checkNumber;
  if (real !== undefined) {
    if (!(await isUsed(real))) return real;
    throw new RecordOutcome('park', 'number-in-use', {
      message: `Check number ${real} is in use on bank account ${connection.bankAccount}.`,
      checkNumber: real,
    });
  }
  const chosen = Number(context.options['firstCheckNumber'] ?? firstCheckNumber);
  const start = Number.isSafeInteger(chosen) && chosen > 0 ? chosen : firstCheckNumber;
  const number = await freeNumber(context, {
    name: sequenceName(connection, `check-number ${connection.bankAccount}`),
    start,
    isUsed,
    lastUsed: async () => {
      const last = await lastPayment(connection, context, [
        { column: 'CheckNum', operator: 'ge', value: { number: String(start) } },
        { column: 'CheckNum', operator: 'le', value: { number: String(largestCheckNumber) } },
      ]);
      return last?.checkNum ?? Number.NaN;
    },
  });
  if (number <= largestCheckNumber) return number;
  throw new ConfigurationError(
    'EPICOR_CHECK_NUMBERS_USED_UP',
    'No check number is left that the column holds.',
    'Epicor Kinetic write node, first check number',
    'Choose a lower first check number on the write node, then replay.',
  );
}

/** The payment entered last among those that match; undefined also where the server cannot compare so. */
async function lastPayment(
  connection: EpicorConnection,
  { calls }: OperationContext,
  conditions: readonly Condition[],
): Promise<PaymentHead | undefined> {
  try {
    const [last] = await findHeads(connection, calls, conditions, { descending: true, top: 1 });
    return last;
  } catch (error) {
    if (isStatus(error, 400)) return undefined;
    throw error;
  }
}
