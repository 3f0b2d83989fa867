import type { FieldDeclaration } from '../../runtime/connector/manifest';

const fields: readonly FieldDeclaration[] = [
  {
    name: 'webhookSecret',
    type: 'secret',
    label: 'Webhook secret',
    help: 'Secret that deliveries are signed with, from the portal. Empty: the secret that Airbase gives when the subscription is made.',
    environment: 'AIRBASE_WEBHOOK_SECRET',
  },
  {
    name: 'webhookProof',
    type: 'choice',
    label: 'Deliveries carry',
    help: 'What proves that a delivery comes from Airbase.',
    default: 'hmac',
    choices: [
      { value: 'hmac', label: 'a signature (HMAC-SHA256)' },
      { value: 'shared-header', label: 'the webhook secret itself, in the header' },
    ],
  },
  {
    name: 'signatureHeader',
    type: 'text',
    label: 'Signature header',
    help: 'Header of a delivery that holds its signature. A prefix sha256= is understood.',
    default: 'X-Airbase-Signature',
    pattern: '[A-Za-z0-9-]+',
  },
  {
    name: 'signatureEncoding',
    type: 'choice',
    label: 'Signature encoding',
    help: 'How the signature is written.',
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
    default: 'auto',
    choices: [
      { value: 'auto', label: 'with a timestamp header: the timestamp, a dot and the body; else the body' },
      { value: 'body', label: 'the body' },
      { value: 'timestamp.body', label: 'the timestamp, a dot and the body' },
    ],
  },
  {
    name: 'timestampHeader',
    type: 'text',
    label: 'Timestamp header',
    help: 'Header that says when a delivery was sent, in seconds since 1970.',
    default: 'X-Airbase-Timestamp',
    pattern: '[A-Za-z0-9-]+',
  },
  {
    name: 'toleranceSeconds',
    type: 'integer',
    label: 'Age of a delivery (seconds)',
    help: 'A delivery whose timestamp is further away from now is refused, however well it is signed.',
    default: 300,
    minimum: 10,
    maximum: 86_400,
  },
  {
    name: 'requireTimestamp',
    type: 'boolean',
    label: 'Require a timestamp',
    help: 'Refuses deliveries without the timestamp header. An event is followed once only in any case.',
    default: false,
  },
];

/** How deliveries are proven is described in the portal only; these are the usual names. */
export const signingFields: readonly FieldDeclaration[] = fields.map((field) =>
  field.name === 'webhookSecret' ? field : { ...field, group: 'Signatures of webhooks' },
);
