import { ConfigurationError } from '../../../runtime/connector/errors';
import type { OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { stillWorking } from '../troubles';

const longestGroupId = 9;
const mostTries = 50;

/** One kind of groups: of payments, of invoices, of journals. */
export interface GroupKind {
  /** Part of the name that the sequence of their numbers has. */
  readonly sequence: string;
  /** Whether such a group exists, or ever held anything. */
  isUsed(groupId: string): Promise<boolean>;
  /** The last group used between the two; undefined also where the server cannot compare so. */
  lastUsed(from: string, to: string): Promise<string | undefined>;
}

/**
 * An ID whose group never was: the prefix of the connection and a number of ours. An installation before this
 * one may have used the numbers; then we go on behind its last one.
 */
export async function freeGroupId(
  connection: EpicorConnection,
  context: OperationContext,
  kind: GroupKind,
): Promise<string> {
  const { groupPrefix } = connection;
  const digits = longestGroupId - groupPrefix.length;
  const groupIdOf = (number: number) => groupPrefix + String(number).padStart(digits, '0');
  const number = await freeNumber(context, {
    name: sequenceName(connection, `${kind.sequence} ${groupPrefix}`),
    start: 1,
    isUsed: (candidate) => {
      const groupId = groupIdOf(candidate);
      if (groupId.length > longestGroupId) throw groupsUsedUp(groupPrefix);
      return kind.isUsed(groupId);
    },
    lastUsed: async () => {
      const last = await kind.lastUsed(groupIdOf(0), groupPrefix + '9'.repeat(digits));
      return Number(last?.slice(groupPrefix.length));
    },
  });
  return groupIdOf(number);
}

export interface NumberSequence {
  readonly name: string;
  readonly start: number;
  isUsed(number: number): Promise<boolean>;
  lastUsed(): Promise<number>;
}

/** The next number of a sequence that is not in use over there. */
export async function freeNumber(context: OperationContext, sequence: NumberSequence): Promise<number> {
  let { start } = sequence;
  for (let attempt = 0; attempt < mostTries; attempt++) {
    const number = await context.nextNumber(sequence.name, start);
    if (!(await sequence.isUsed(number))) return number;
    const last = attempt === 0 ? await sequence.lastUsed() : Number.NaN;
    if (Number.isSafeInteger(last) && last >= number) start = last + 1;
  }
  throw stillWorking('find-free-number', `The next ${mostTries} numbers are all in use.`, 1_000);
}

/** Numbers are counted per database and company: a test company does not use up those of the real one. */
export function sequenceName({ baseUrl, company }: EpicorConnection, what: string): string {
  return `${what} ${company} ${baseUrl}`;
}

function groupsUsedUp(prefix: string): ConfigurationError {
  return new ConfigurationError(
    'EPICOR_GROUP_NUMBERS_USED_UP',
    `All groups that begin with ${prefix} are used.`,
    'Epicor Kinetic connection, prefix of groups',
    'Set EPICOR_GROUP_PREFIX to other letters, then replay.',
  );
}
