import type { WebhookDeclaration } from '../../runtime/connector/manifest';

export const webhookDeclaration: WebhookDeclaration = {
  title: 'Basware push notifications',
  help: 'Receives notifications that Basware signs, and keeps the subscription alive. A notification holds ids only and wakes the read of the stream; the document is read from Basware.',
  wakes: { AccountingDocuments: 'accounting-documents' },
  options: [
    {
      name: 'taskSubTypes',
      type: 'list',
      label: 'Notify of',
      help: 'Statuses of invoices to be told about: WaitingForTransfer, WaitingForPrebook, WaitingToBeRemoved, WaitingToBeReturned, or All.',
      default: 'WaitingForTransfer',
    },
    {
      name: 'replaceOthers',
      type: 'boolean',
      label: 'Take over',
      help: 'Basware keeps one subscription for each of these. When another address has it under another token, this one takes its place.',
      default: false,
    },
  ],
};
