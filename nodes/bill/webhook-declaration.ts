import type { WebhookDeclaration } from '../../runtime/connector/manifest';

export const webhookDeclaration: WebhookDeclaration = {
  title: 'BILL events',
  help: 'Receives events that BILL signs, and keeps the subscription alive. An event only wakes the poll of its stream; what it says is read again from BILL.',
  wakes: {
    'payment.updated': 'payments',
    'payment.failed': 'payments',
    'autopay.failed': 'payments',
    'bill.created': 'bills',
    'bill.updated': 'bills',
    'bill.archived': 'bills',
    'bill.restored': 'bills',
    'vendor.created': 'vendors',
    'vendor.updated': 'vendors',
    'vendor.archived': 'vendors',
    'vendor.restored': 'vendors',
  },
  options: [
    {
      name: 'events',
      type: 'list',
      label: 'Events',
      help: 'Event types to subscribe to. Types that BILL does not offer to this organization are left out; the poll finds what they would have told.',
      default: 'payment.updated,payment.failed',
    },
    {
      name: 'name',
      type: 'text',
      label: 'Name of the subscription',
      help: 'How it shows in the list of subscriptions in BILL, ten of which an organization may have.',
      default: 'ml-connector',
      maxLength: 100,
    },
  ],
};
