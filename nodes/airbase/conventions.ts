import { ConfigurationError } from '../../runtime/connector/errors';
import type { ConnectionSettings } from '../../runtime/connector/system';
import { usualPaging, usualPaths } from './convention-fields';

export type EntryKind =
  | 'bill'
  | 'reimbursement'
  | 'card'
  | 'bill-payment'
  | 'reimbursement-payment'
  | 'transfer'
  | 'unknown';

/** Where an entry stands on its way into the ERP. */
export type EntryState = 'ready' | 'done' | 'failed' | 'other';

export type PathName = keyof typeof usualPaths;

/** How this tenant's Airbase speaks, where that is not published. */
export interface Conventions {
  readonly paths: Readonly<Record<PathName, string>>;
  readonly paging: Readonly<Record<keyof typeof usualPaging, string>>;
  readonly pageSize: number;
  readonly statuses: Readonly<Record<Exclude<EntryState, 'other'>, string>>;
  readonly tagTypeField: string;
  /** Its first group is the number of a purchase order. */
  readonly orderPattern: RegExp | undefined;
  kindOf(type: string): EntryKind;
  /** A type that takes back what another one did, whatever the sign of its amounts. */
  takesBack(type: string): boolean;
  stateOf(status: string | undefined): EntryState;
}

const kindFields = {
  billTypes: 'bill',
  vendorCreditTypes: 'bill',
  reimbursementTypes: 'reimbursement',
  cardTypes: 'card',
  cardRefundTypes: 'card',
  billPaymentTypes: 'bill-payment',
  reimbursementPaymentTypes: 'reimbursement-payment',
  transferTypes: 'transfer',
} as const satisfies Record<string, EntryKind>;

/** @throws ConfigurationError when a field names a path, a name or an expression that cannot be */
export function conventionsOf(settings: ConnectionSettings): Conventions {
  const field = (name: string) => String(settings[name] ?? '');
  const kinds = new Map<string, EntryKind>(
    Object.entries(kindFields).flatMap(([name, kind]) =>
      listed(field(name)).map((type) => [type, kind] as const),
    ),
  );
  const backward = new Set([...listed(field('cardRefundTypes')), ...listed(field('vendorCreditTypes'))]);
  const statuses = {
    ready: field('statusReady'),
    done: field('statusDone'),
    failed: field('statusFailed'),
  };
  return {
    paths: renamed('paths', usualPaths, field('paths')),
    paging: renamed('paging', usualPaging, field('paging')),
    pageSize: Number(settings['pageSize'] ?? 250),
    statuses,
    tagTypeField: field('tagTypeField'),
    orderPattern: patternOf(field('orderPattern')),
    kindOf: (type) => kinds.get(plain(type)) ?? 'unknown',
    takesBack: (type) => backward.has(plain(type)),
    stateOf: (status) =>
      (['ready', 'done', 'failed'] as const).find((state) => statuses[state] === status) ?? 'other',
  };
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map(plain)
    .filter((item) => item !== '');
}

function plain(type: string): string {
  return type.trim().toLowerCase();
}

/** The usual names, with those that the field gives put in their place. */
function renamed<Name extends string>(
  where: string,
  usual: Readonly<Record<Name, string>>,
  text: string,
): Readonly<Record<Name, string>> {
  const given = text.split(',').filter((pair) => pair.trim() !== '');
  const changes = given.map((pair): readonly [string, string] => {
    const [name = '', value = ''] = pair.split('=').map((part) => part.trim());
    if (!(name in usual) || value === '') throw wrong(where, `${pair.trim()} renames nothing`, usual);
    return [name, value];
  });
  return { ...usual, ...Object.fromEntries(changes) };
}

function wrong(where: string, message: string, usual: object): ConfigurationError {
  const names = Object.keys(usual).join(', ');
  return new ConfigurationError(
    'CONVENTION_INVALID',
    message,
    `Airbase connection, field "${where}"`,
    `Write name=value, separated by commas; names are ${names}.`,
  );
}

function patternOf(text: string): RegExp | undefined {
  if (text === '') return undefined;
  try {
    return new RegExp(text, 'iu');
  } catch (cause) {
    throw new ConfigurationError(
      'CONVENTION_INVALID',
      cause instanceof Error ? cause.message : String(cause),
      'Airbase connection, field "orderPattern"',
      'Correct the regular expression, or leave the field empty.',
    );
  }
}
