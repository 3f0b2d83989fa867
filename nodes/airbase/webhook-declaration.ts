import type { WebhookDeclaration } from '../../runtime/connector/manifest';

/** Events that are about what the product reads. */
export const usualEvents =
  'bill_approved,bill_paid,reimbursement_approved,card_transaction_settled,purchase_request_approved';

export const webhookDeclaration: WebhookDeclaration = {
  title: 'Airbase events',
  help: 'Receives signed events and keeps the subscription alive. An event only wakes the read of its stream; what happened is read from Airbase.',
  wakes: {
    bill_approved: 'ledger-entries',
    reimbursement_approved: 'ledger-entries',
    card_transaction_settled: 'ledger-entries',
    bill_paid: 'spend-payments',
    purchase_request_approved: 'purchase-orders',
  },
  options: [
    {
      name: 'events',
      type: 'list',
      label: 'Events',
      help: 'Types of events to be told about.',
      default: usualEvents,
    },
    {
      name: 'subscribe',
      type: 'boolean',
      label: 'Subscribe',
      help: 'Makes the subscription and looks after it. Switch it off when it is made in the portal.',
      default: true,
    },
  ],
};
