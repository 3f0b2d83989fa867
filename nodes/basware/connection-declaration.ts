import type { ConnectionDeclaration, FieldDeclaration } from '../../runtime/connector/manifest';

/** All that the streams and operations of this connector need, and nothing else. */
const scopes = [
  ...[
    'accountingDocuments',
    'vendors',
    'accounts',
    'costCenters',
    'lists',
    'paymentTerms',
    'taxCodes',
  ].flatMap((resource) => [`${resource}.read`, `${resource}.write`]),
  'requestStatus.read',
  ...['read', 'write', 'delete'].map((right) => `subscriptions.${right}`),
].join(' ');

/** How deliveries are signed is agreed with Basware; only the method and the header are published. */
const signing: readonly FieldDeclaration[] = [
  {
    name: 'webhookToken',
    type: 'secret',
    label: 'Webhook token',
    help: 'Secret that push notifications are signed with. It is given to Basware when the subscription is made. Empty: one is made and kept here.',
    environment: 'BASWARE_WEBHOOK_TOKEN',
  },
  {
    name: 'signatureHeader',
    type: 'text',
    label: 'Signature header',
    help: 'Header of a push notification that holds its HMAC-SHA256.',
    default: 'X-BWAPI-Signature-256',
    pattern: '[A-Za-z0-9-]+',
  },
  {
    name: 'signatureEncoding',
    type: 'choice',
    label: 'Signature encoding',
    help: 'How the signature is written. A prefix sha256= is understood in any case.',
    default: 'auto',
    choices: [
      { value: 'auto', label: 'hex or base64, by its length' },
      { value: 'hex', label: 'hex' },
      { value: 'base64', label: 'base64' },
    ],
  },
  {
    name: 'signedContent',
    type: 'choice',
    label: 'Signed content',
    help: 'What the signature covers.',
    default: 'body',
    choices: [
      { value: 'body', label: 'the body' },
      { value: 'timestamp.body', label: 'the timestamp, a dot, and the body' },
    ],
  },
  {
    name: 'timestampHeader',
    type: 'text',
    label: 'Timestamp header',
    help: 'Header that says when a notification was sent: seconds, milliseconds or ISO-8601.',
    default: 'X-BWAPI-Timestamp',
    pattern: '[A-Za-z0-9-]+',
  },
  {
    name: 'toleranceSeconds',
    type: 'integer',
    label: 'Age of a notification (seconds)',
    help: 'A notification whose timestamp is further away from now is refused, however well it is signed.',
    default: 300,
    minimum: 10,
    maximum: 86_400,
  },
  {
    name: 'requireTimestamp',
    type: 'boolean',
    label: 'Require a timestamp',
    help: 'Refuses notifications without the timestamp header. Without it a notification is refused after its own expiration time, and taken once only in any case.',
    default: false,
  },
];

export const connectionDeclaration: ConnectionDeclaration = {
  fields: [
    {
      name: 'baseUrl',
      type: 'url',
      label: 'Base URL',
      help: 'Address of the Basware API in your region, without /v1. Basware names the host of your tenant; the suggestions are the usual ones.',
      required: true,
      environment: 'BASWARE_BASE_URL',
      choices: [
        { value: 'https://api.basware.com', label: 'EU, production' },
        { value: 'https://test-api.basware.com', label: 'EU, test' },
        { value: 'https://api.us.basware.com', label: 'US, production' },
        { value: 'https://test-api.us.basware.com', label: 'US, test' },
        { value: 'https://api.au.basware.com', label: 'AU, production' },
        { value: 'https://test-api.au.basware.com', label: 'AU, test' },
        { value: 'https://api.ca.basware.com', label: 'CA, production' },
        { value: 'https://test-api.ca.basware.com', label: 'CA, test' },
      ],
    },
    {
      name: 'auth',
      type: 'choice',
      label: 'Sign-in',
      help: 'How calls identify the client.',
      default: 'oauth',
      choices: [
        { value: 'oauth', label: 'OAuth client credentials' },
        { value: 'basic', label: 'API user and password with every call' },
      ],
    },
    {
      name: 'clientId',
      type: 'text',
      label: 'Client ID',
      help: 'OAuth client of the integration; with the other sign-in the API user.',
      required: true,
      environment: 'BASWARE_CLIENT_ID',
    },
    {
      name: 'clientSecret',
      type: 'secret',
      label: 'Client secret',
      help: 'Secret of the OAuth client; with the other sign-in the password of the API user.',
      required: true,
      environment: 'BASWARE_CLIENT_SECRET',
    },
    {
      name: 'scope',
      type: 'text',
      label: 'Scopes',
      help: 'Rights that a token is asked for, separated by spaces. Take out what the client was not given.',
      default: scopes,
    },
    {
      name: 'companyCode',
      type: 'text',
      label: 'Company code',
      help: 'Company in Basware whose invoices are read, and that master data is made for.',
      required: true,
      maxLength: 32,
      environment: 'BASWARE_COMPANY_CODE',
    },
    {
      name: 'sourceSystem',
      type: 'text',
      label: 'Source system',
      help: 'Name under which Basware knows the ERP. Sent with responses, and with vendors that several ERPs feed.',
      maxLength: 32,
    },
    {
      name: 'maxInFlight',
      type: 'integer',
      label: 'Calls at once',
      help: 'Calls in flight at most, over all runtimes. Basware asks for fair use and names no number.',
      default: 2,
      minimum: 1,
      maximum: 16,
    },
    ...signing,
  ],
  limits: { inFlight: 2, field: 'maxInFlight', per: ['baseUrl', 'clientId'] },
  timeouts: { readMs: 35_000, writeMs: 60_000 },
  hosts: ['baseUrl'],
};
