import type { ConnectionDeclaration, FieldDeclaration } from '../../runtime/connector/manifest';
import { conventionFields } from './convention-fields';
import { signingFields } from './signing-fields';

const identity: readonly FieldDeclaration[] = [
  {
    name: 'baseUrl',
    type: 'url',
    label: 'Tenant URL',
    help: 'Address of the API of your tenant, without /v1. Airbase names it in the portal, beside the token.',
    required: true,
    environment: 'AIRBASE_BASE_URL',
    choices: [
      { value: 'https://api.airbase.io', label: 'the shared host' },
      { value: 'https://api-stage.airbase.io', label: 'the shared host, staging' },
    ],
  },
  {
    name: 'token',
    type: 'secret',
    label: 'Token',
    help: 'Made in the Airbase portal by an admin with the right for developers. It has no refresh, and it may end with the admin who made it.',
    required: true,
    environment: 'AIRBASE_TOKEN',
  },
  {
    name: 'tokenNext',
    type: 'secret',
    label: 'Next token',
    help: 'For a change without an outage: put the new token here, and revoke the one above. It is used from the moment the other one is refused.',
    environment: 'AIRBASE_TOKEN_NEXT',
  },
  {
    name: 'authScheme',
    type: 'choice',
    label: 'Word before the token',
    help: 'How the token is announced. Tenants differ: when a good token is refused, try the other one.',
    default: 'Bearer',
    environment: 'AIRBASE_AUTH_SCHEME',
    choices: [
      { value: 'Bearer', label: 'Bearer' },
      { value: 'Token', label: 'Token' },
    ],
  },
  {
    name: 'tokenIssuedAt',
    type: 'date',
    label: 'Token made on',
    help: 'The day the token was made. Empty: its age counts from the day it was first used here.',
  },
  {
    name: 'tokenMaxAgeDays',
    type: 'integer',
    label: 'Life of a token (days)',
    help: 'After so long a token should be replaced. From 30 days before on it is warned about, once a day in the log and by Test connection.',
    default: 365,
    minimum: 1,
    maximum: 10_000,
  },
  {
    name: 'subsidiary',
    type: 'text',
    label: 'Subsidiary',
    help: 'ERP key or name of the subsidiary that this connection stands for. Needed when the tenant has more than one.',
    environment: 'AIRBASE_SUBSIDIARY',
  },
];

const surface: readonly FieldDeclaration[] = [
  {
    name: 'spendApi',
    type: 'boolean',
    label: 'Spend API',
    help: 'The tenant also gives bills with approval, due date and purchase order, and orders and payments. Without it everything is read from the ledger entries.',
    default: false,
  },
  {
    name: 'paymentsFrom',
    type: 'choice',
    label: 'Payments from',
    help: 'Where payments are read.',
    default: 'ledger',
    choices: [
      { value: 'ledger', label: 'ledger entries' },
      { value: 'spend', label: 'the spend API' },
    ],
  },
  {
    name: 'maxInFlight',
    type: 'integer',
    label: 'Calls at once',
    help: 'Calls in flight at most, over all runtimes.',
    default: 4,
    minimum: 1,
    maximum: 16,
  },
];

export const connectionDeclaration: ConnectionDeclaration = {
  fields: [...identity, ...surface, ...signingFields, ...conventionFields],
  limits: { inFlight: 4, field: 'maxInFlight', per: ['baseUrl', 'token'] },
  timeouts: { readMs: 30_000, writeMs: 300_000 },
  hosts: ['baseUrl'],
};
