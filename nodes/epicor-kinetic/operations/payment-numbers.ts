import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import { type Condition, equals } from '../conditions';
import type { EpicorConnection } from '../connection';
import { isStatus, stillWorking } from '../troubles';
import { largestCheckNumber, type Payment } from './payment-document';
import { findByGroup, findHeads, findVoidable, type PaymentHead } from './payment-heads';

const longestGroupId = 9;
const mostTries = 50;
const firstCheckNumber = 900_000_001;

/**
 * An ID whose payment group never was: the prefix and a number of ours. An installation before this one may
 * have used the numbers; then we go on behind its last one.
 * @param isGroup whether such a group exists
 */
export async function freeGroupId(
  connection: EpicorConnection,
  context: OperationContext,
  isGroup: (groupId: string) => Promise<boolean>,
): Promise<string> {
  const { groupPrefix } = connection;
  const digits = longestGroupId - groupPrefix.length;
  const groupIdOf = (number: number) => groupPrefix + String(number).padStart(digits, '0');
  const number = await freeNumber(context, {
    name: sequenceName(connection, `payment-group ${groupPrefix}`),
    start: 1,
    isUsed: async (candidate) => {
      const groupId = groupIdOf(candidate);
      if (groupId.length > longestGroupId) throw groupsUsedUp(groupPrefix);
      return (await isGroup(groupId)) || (await findByGroup(connection, context.calls, groupId)).length > 0;
    },
    lastUsed: async () => {
      const last = await lastPayment(connection, context, [
        { column: 'GroupID', operator: 'ge', value: { text: groupIdOf(0) } },
        { column: 'GroupID', operator: 'le', value: { text: groupPrefix + '9'.repeat(digits) } },
      ]);
      return Number(last?.groupId?.slice(groupPrefix.length));
    },
  });
  return groupIdOf(number);
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
    return (await findVoidable(connection, context.calls, equals('CheckNum', number))).length > 0;
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
  throw new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_CHECK_NUMBERS_USED_UP',
    text: 'No check number is left that the column holds.',
    remedy: 'Choose a lower first check number on the write node.',
  });
}

async function freeNumber(
  context: OperationContext,
  sequence: {
    readonly name: string;
    readonly start: number;
    isUsed(number: number): Promise<boolean>;
    lastUsed(): Promise<number>;
  },
): Promise<number> {
  let { start } = sequence;
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const number = await context.nextNumber(sequence.name, start);
    if (!(await sequence.isUsed(number))) return number;
    const last = attempt === 0 ? await sequence.lastUsed() : Number.NaN;
    if (Number.isSafeInteger(last) && last >= number) start = last + 1;
  }
  throw stillWorking('find-payments', `The next ${mostTries} numbers are all in use.`, 1_000);
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

/** Numbers are counted per database and company: a test company does not use up those of the real one. */
function sequenceName({ baseUrl, company }: EpicorConnection, what: string): string {
  return `${what} ${company} ${baseUrl}`;
}

function groupsUsedUp(prefix: string): SystemError {
  return new SystemError({
    recovery: 'configuration',
    code: 'EPICOR_GROUP_NUMBERS_USED_UP',
    text: `All payment groups that begin with ${prefix} are used.`,
    remedy: 'Set EPICOR_GROUP_PREFIX to other letters.',
  });
}
