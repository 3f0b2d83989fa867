import type { ConnectionDeclaration, FieldDeclaration } from '../../runtime/connector/manifest';
import { conventionFields } from './convention-fields';

const tokens: readonly FieldDeclaration[] = [
  {
    name: 'companyToken',
    type: 'secret',
    label: 'Company token',
    help: 'Made by an administrator in the AvidSuite portal.',
    requiredFor: ['tokens'],
    environment: 'AVIDXCHANGE_COMPANY_TOKEN',
  },
  {
    name: 'userToken',
    type: 'secret',
    label: 'User token',
    help: 'Made by an administrator in the AvidSuite portal, best for a user of its own.',
    requiredFor: ['tokens'],
    environment: 'AVIDXCHANGE_USER_TOKEN',
  },
];

const session: readonly FieldDeclaration[] = [
  {
    name: 'gatewayKey',
    type: 'secret',
    label: 'Gateway key',
    help: 'Key of the API gateway, sent as Authorization: Bearer with every call.',
    requiredFor: ['session'],
    environment: 'AVIDXCHANGE_GATEWAY_KEY',
  },
  {
    name: 'username',
    type: 'text',
    label: 'User name',
    help: 'AvidSuite user of the integration.',
    requiredFor: ['session'],
    environment: 'AVIDXCHANGE_USERNAME',
  },
  {
    name: 'password',
    type: 'secret',
    label: 'Password',
    help: 'Password of that user.',
    requiredFor: ['session'],
    environment: 'AVIDXCHANGE_PASSWORD',
  },
];

const partner: readonly FieldDeclaration[] = [
  {
    name: 'clientId',
    type: 'text',
    label: 'Client ID',
    help: 'OAuth client of the partner.',
    requiredFor: ['partner'],
    environment: 'AVIDXCHANGE_CLIENT_ID',
  },
  {
    name: 'clientSecret',
    type: 'secret',
    label: 'Client secret',
    help: 'Secret of that client.',
    requiredFor: ['partner'],
    environment: 'AVIDXCHANGE_CLIENT_SECRET',
  },
  {
    name: 'companyId',
    type: 'text',
    label: 'Company ID',
    help: 'The company that the partner acts for.',
    requiredFor: ['partner'],
    environment: 'AVIDXCHANGE_COMPANY_ID',
  },
  {
    name: 'tokenUrl',
    type: 'url',
    label: 'Token URL',
    help: 'Where the client gets its token. Empty: /token on the host of the base URL.',
    environment: 'AVIDXCHANGE_TOKEN_URL',
  },
];

export const connectionDeclaration: ConnectionDeclaration = {
  fields: [
    {
      name: 'baseUrl',
      type: 'url',
      label: 'Base URL',
      help: 'Address of the API as AvidXchange gave it to you, without /v1. The sandbox has an address of its own.',
      required: true,
      environment: 'AVIDXCHANGE_BASE_URL',
    },
    {
      name: 'auth',
      type: 'choice',
      label: 'Sign-in',
      help: 'How calls identify themselves.',
      default: 'tokens',
      choices: [
        { value: 'tokens', label: 'company token and user token' },
        { value: 'session', label: 'user name and password, and a gateway key' },
        { value: 'partner', label: 'client credentials of a partner' },
      ],
      environment: 'AVIDXCHANGE_AUTH',
    },
    ...tokens,
    ...session,
    ...partner,
    {
      name: 'accountingSystem',
      type: 'text',
      label: 'Accounting system',
      help: 'Name (or number) of the accounting system in AvidXchange that this connection reads and writes.',
      required: true,
      environment: 'AVIDXCHANGE_ACCOUNTING_SYSTEM',
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
    ...conventionFields,
  ],
  limits: {
    inFlight: 4,
    field: 'maxInFlight',
    per: ['baseUrl', 'companyToken', 'username', 'clientId', 'companyId'],
  },
  timeouts: { readMs: 60_000, writeMs: 60_000 },
  hosts: ['baseUrl', 'tokenUrl'],
};

/** A call with images may take five times as long as another, milliseconds. */
export function withImagesMs(): number {
  return 5 * connectionDeclaration.timeouts.writeMs;
}
