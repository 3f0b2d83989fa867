import type { SystemManifest } from '../../runtime/connector/manifest';
import { connectionDeclaration } from './connection-declaration';
import { errorTable } from './error-table';
import { noteOnBill } from './operations/note-on-bill';
import { recordPayment } from './operations/record-payment';
import { voidPayment } from './operations/void-payment';
import { bills } from './streams/bills';
import { glAccounts } from './streams/gl-accounts';
import { payments } from './streams/payments';
import { subaccounts } from './streams/subaccounts';
import { vendors } from './streams/vendors';
import { webhookDeclaration } from './webhook-declaration';

export const manifest: SystemManifest = {
  system: 'acumatica',
  title: 'Acumatica',
  version: 1,
  color: '#8fd3c8',
  connection: connectionDeclaration,
  streams: { vendors, bills, 'gl-accounts': glAccounts, subaccounts, payments },
  operations: { 'record-payment': recordPayment, 'void-payment': voidPayment, 'note-on-bill': noteOnBill },
  webhook: webhookDeclaration,
  errors: errorTable,
};
