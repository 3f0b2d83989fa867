import type { ConnectionDeclaration } from '../../runtime/connector/manifest';

/** BILL allows three calls in flight per developer key and organization, whoever makes them. */
export const connectionDeclaration: ConnectionDeclaration = {
  fields: [
    {
      name: 'baseUrl',
      type: 'url',
      label: 'Gateway',
      help: 'Address of the BILL gateway: https://gateway.prod.bill.com for production, https://gateway.stage.bill.com for the sandbox. /connect and /connect-events follow from it.',
      required: true,
      environment: 'BILL_BASE_URL',
    },
    {
      name: 'devKey',
      type: 'secret',
      label: 'Developer key',
      help: 'From BILL, Settings > Sync & Integrations > Manage Developer Keys. Sandbox and production have separate keys.',
      required: true,
      environment: 'BILL_DEV_KEY',
    },
    {
      name: 'username',
      type: 'text',
      label: 'User name',
      help: 'E-mail address of the user, or the name of an AP & AR sync token (recommended: it cannot pay anyone).',
      required: true,
      environment: 'BILL_USERNAME',
    },
    {
      name: 'password',
      type: 'secret',
      label: 'Password',
      help: 'Password of the user, or the sync token itself.',
      required: true,
      environment: 'BILL_PASSWORD',
    },
    {
      name: 'organizationId',
      type: 'text',
      label: 'Organization ID',
      help: 'The organization that bills go to and payments come from. It begins with 008.',
      required: true,
      environment: 'BILL_ORGANIZATION_ID',
    },
  ],
  limits: { inFlight: 3, per: ['devKey', 'organizationId'] },
  timeouts: { readMs: 30_000, writeMs: 60_000 },
  hosts: ['baseUrl'],
};
