import type { WebhookDeclaration } from '../../runtime/connector/manifest';

export const webhookDeclaration: WebhookDeclaration = {
  title: 'Acumatica push notifications',
  help: 'Receives push notifications. A notification only wakes the poll; what it says is read again from Acumatica.',
  wakes: {
    'bill.changed': 'bills',
    'payment.changed': 'payments',
    'vendor.changed': 'vendors',
  },
  options: [],
};
