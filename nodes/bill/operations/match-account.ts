import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { parked } from '../bill-checks';
import {
  type Account,
  type AccountMatch,
  describeAccount,
  matchAccount,
  readChart,
} from '../chart-of-accounts';
import type { BillConnection } from '../connection';
import { textAt } from '../members';

/** The chart changes rarely, and a first sync asks for it once per account. */
const keptMs = 60_000;
/** An account that was missing may just have been made by a person who replays now. */
const missKeptMs = 5_000;

/**
 * Links an account of the ERP to an entry of BILL's chart of accounts. It only reads: the chart is BILL's, and a
 * number that is not in it waits for a person.
 */
export function matchAccountOperation(bill: BillConnection): Operation {
  const chartWithin = (maxAgeMs: number, { calls, signal }: OperationContext): Promise<readonly Account[]> =>
    bill.chart.get('chart', maxAgeMs, () => readChart(calls, bill.endpoints, signal));
  const look = async (document: JsonObject, context: OperationContext): Promise<LookUp> => {
    const name = context.options['matchName'] === true ? textAt(document, 'name') : undefined;
    const matchWithin = async (maxAgeMs: number): Promise<AccountMatch> =>
      matchAccount(await chartWithin(maxAgeMs, context), candidatesOf(document), name);
    const match = await matchWithin(keptMs);
    return answer(document, match.found === 'one' ? match : await matchWithin(missKeptMs));
  };
  const link = async (document: JsonObject, context: OperationContext): Promise<Effect> => {
    const found = await look(document, context);
    if (found.found === 'present') return found;
    if (found.found === 'conflict') throw parked(found);
    throw new RecordOutcome('park', 'gl-account-unmapped', { candidates: candidatesOf(document) });
  };
  return {
    businessKey: (document) => `account ${candidatesOf(document).join(' or ')}`,
    lookUp: look,
    create: link,
    /** A link goes by id: names and numbers may change on either side. Only other numbers to look for begin anew. */
    update: async (ref, document, previous, context) => {
      const sameNumbers = candidatesOf(document).join('\n') === candidatesOf(previous).join('\n');
      const chart = sameNumbers ? await chartWithin(keptMs, context) : [];
      const linked = chart.find(({ id, unusable }) => id === ref && unusable === undefined);
      return linked ? effectOf(linked) : link(document, context);
    },
  };
}

function answer(document: JsonObject, match: AccountMatch): LookUp {
  if (match.found === 'one') return { found: 'present', ...effectOf(match.account) };
  const numbers = candidatesOf(document);
  const asked = numbers.join(' or ');
  const others = match.found === 'several' ? match.accounts : match.unusable;
  const message =
    match.found === 'several'
      ? `Several accounts in BILL match ${asked}.`
      : others.length > 0
        ? `The account ${asked} is in BILL, but no bill can be coded with it.`
        : `No account in BILL has the number ${asked}.`;
  return {
    found: 'conflict',
    reason: 'gl-account-unmapped',
    detail: { message, candidates: numbers, accounts: others.map(describeAccount) },
  };
}

function effectOf({ id, number, name }: Account): Effect {
  return { ref: id, attributes: { number, name } };
}

/** The texts to try, in order. */
export function candidatesOf(document: JsonObject): string[] {
  const candidates = document['candidates'];
  return Array.isArray(candidates)
    ? candidates.flatMap((candidate) =>
        typeof candidate === 'string' && candidate.trim() !== '' ? [candidate] : [],
      )
    : [];
}
