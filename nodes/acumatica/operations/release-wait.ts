import type { FieldDeclaration } from '../../../runtime/connector/manifest';

export const releaseWait: FieldDeclaration = {
  name: 'releaseWaitSeconds',
  type: 'integer',
  label: 'Wait for the release (seconds)',
  help: 'How long one attempt waits until Acumatica has released. After that the payment is looked at again later.',
  default: 120,
  minimum: 1,
  maximum: 600,
};
