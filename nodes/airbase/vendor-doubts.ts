import { RecordOutcome } from '../../runtime/connector/errors';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { LookUp } from '../../runtime/connector/system';
import type { Master } from './master-book';
import { textAt } from './members';
import { plainName } from './vendor-candidates';

export type Conflict = Extract<LookUp, { found: 'conflict' }>;
type Options = Readonly<Record<string, Json>>;

/** Something stands under the key of the ERP already, and is called otherwise. Only asked the first time. */
export function otherNameConflict(
  document: JsonObject,
  stored: Master,
  one: string,
  options: Options,
): Conflict | undefined {
  const name = textAt(document, 'name') ?? '';
  if (options['otherName'] !== 'ask' || plainName(stored.name) === plainName(name)) return undefined;
  const reason = one === 'vendor' ? 'vendor-ambiguous' : 'number-in-use';
  return conflict(
    reason,
    `Airbase has ${stored.name} under the key ${stored.reference}, the ERP calls it ${name}. To take it and rename it, replay with the option otherName=take.`,
    [stored],
  );
}

/** Vendors that were made in Airbase and are called the same. */
export function namesakesOf(document: JsonObject, unlinked: readonly Master[]): readonly Master[] {
  const name = plainName(textAt(document, 'name') ?? '');
  return unlinked.filter((vendor) => plainName(vendor.name) === name);
}

/** Linking another company's vendor would send money to the wrong payee: a person decides. */
export function namesakeConflict(
  document: JsonObject,
  namesakes: readonly Master[],
  options: Options,
): Conflict | undefined {
  if (namesakes.length === 0 || options['namesake'] === 'create') return undefined;
  if (options['linkTo'] !== undefined || namedIn(document, namesakes)) return undefined;
  if (options['namesake'] === 'link' && namesakes.length === 1) return undefined;
  const name = textAt(document, 'name') ?? '';
  return conflict(
    'vendor-ambiguous',
    `${name} was made in Airbase${namesakes.length > 1 ? ` ${namesakes.length} times` : ''}, without a key of the ERP. To link it, replay with the option linkTo and its id; to make another vendor, with namesake=create.`,
    namesakes,
  );
}

/**
 * The vendor that is to get the key of the ERP; undefined makes a new one.
 * @throws RecordOutcome `vendor-ambiguous` when a person named one that cannot get it
 */
export function chosenNamesake(
  document: JsonObject,
  unlinked: readonly Master[],
  options: Options,
): Master | undefined {
  const { linkTo } = options;
  if (linkTo !== undefined) {
    const named = unlinked.find(({ id }) => id === linkTo);
    if (named) return named;
    throw new RecordOutcome('park', 'vendor-ambiguous', {
      message: `Airbase has no vendor ${String(linkTo)} without a key of the ERP.`,
    });
  }
  const named = namedIn(document, unlinked);
  if (named) return named;
  const namesakes = namesakesOf(document, unlinked);
  return options['namesake'] === 'link' && namesakes.length === 1 ? namesakes[0] : undefined;
}

/** The vendor whose id the document gives, because the ERP keeps it: nobody needs to be asked. */
function namedIn(document: JsonObject, vendors: readonly Master[]): Master | undefined {
  const wanted = textAt(document, 'airbaseId');
  return wanted === undefined ? undefined : vendors.find(({ id }) => id === wanted);
}

function conflict(reason: string, message: string, candidates: readonly Master[]): Conflict {
  return {
    found: 'conflict',
    reason,
    detail: { message, candidates: candidates.map(describeMaster) },
  };
}

/** What a person needs to tell it from others. */
export function describeMaster({ id, reference, name, email, active }: Master): JsonObject {
  return {
    id,
    name,
    ...(reference === '' ? {} : { reference }),
    ...(email === undefined ? {} : { email }),
    ...(active ? {} : { inactive: true }),
  };
}
