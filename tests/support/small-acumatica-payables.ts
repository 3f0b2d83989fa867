import { add, subtract } from '../../runtime/mapping/decimals';
import { type Entity, Refused, SmallAcumatica } from './small-acumatica';

export const stamp = '2026-03-01T04:00:00.000-05:00';

/** A small Acumatica with vendors, bills, and payments that can be applied, released and voided. */
export async function startPayables(): Promise<SmallAcumatica> {
  const server = await new SmallAcumatica().start();
  server.addEntity('Vendor', ['VendorID']);
  server.addEntity('Account', ['AccountCD']);
  server.addEntity('Subaccount', ['SubaccountCD']);
  server.addEntity('Bill', ['Type', 'ReferenceNbr']);
  server.addEntity('Check', ['Type', 'ReferenceNbr']);
  server.saving.set('Check', (row, isNew) => saveCheck(server, row, isNew));
  server.actions.set('Check/ReleaseCheck', (keys) => releaseCheck(server, keys));
  server.actions.set('Check/VoidCheck', (keys, headers) => voidCheck(server, keys, headers));
  return server;
}

export function bill(server: SmallAcumatica, number: string, change: Entity = {}): Entity {
  const amount = String(change['Amount'] ?? '100.10');
  const row = {
    id: `bill-${number}`,
    Type: 'Bill',
    ReferenceNbr: number,
    Status: 'Open',
    Vendor: 'V1',
    VendorRef: `INV-${number}`,
    Date: '2026-02-01',
    DueDate: '2026-03-01',
    CurrencyID: 'USD',
    Amount: amount,
    Balance: amount,
    note: '',
    Description: null,
    LastModifiedDateTime: stamp,
    Details: [
      {
        id: `line-${number}`,
        TransactionDescription: 'Hosting',
        Amount: amount,
        Account: '61000',
        Subaccount: '000-000',
      },
    ],
    TaxDetails: [],
    Applications: [],
    ...change,
  };
  server.rows('Bill').push(row);
  return row;
}

function find(server: SmallAcumatica, entity: string, type: unknown, number: unknown): Entity | undefined {
  return server.rows(entity).find((row) => row['Type'] === type && row['ReferenceNbr'] === number);
}

function saveCheck(server: SmallAcumatica, row: Entity, isNew: boolean): void {
  if (isNew) {
    row['ReferenceNbr'] = String(server.rows('Check').length + 1).padStart(6, '0');
    row['Status'] = row['PaymentMethod'] === 'CHECK' ? 'Pending Print' : 'Balanced';
    row['UnappliedBalance'] = '0';
    row['History'] = [];
  }
  for (const detail of (row['Details'] as Entity[]) ?? []) {
    const open = find(server, 'Bill', detail['DocType'], detail['ReferenceNbr']);
    if (!open) throw new Refused(422, `AmountPaid: no ${detail['ReferenceNbr']}`);
    if (Number(detail['AmountPaid']) > Number(open['Balance'])) {
      throw new Refused(422, 'Details[0].AmountPaid: more than the balance');
    }
  }
}

function releaseCheck(server: SmallAcumatica, keys: Entity): void {
  const check = find(server, 'Check', keys['Type'], keys['ReferenceNbr']);
  if (check?.['Status'] !== 'Balanced') throw new Refused(500, 'Document status is invalid for processing.');
  if (check['Type'] === 'Voided Payment') releaseVoid(server, check);
  else releasePayment(server, check);
}

function releasePayment(server: SmallAcumatica, check: Entity): void {
  for (const detail of check['Details'] as Entity[]) {
    const paid = find(server, 'Bill', detail['DocType'], detail['ReferenceNbr']) as Entity;
    paid['Balance'] = subtract(String(paid['Balance']), String(detail['AmountPaid']));
    if (Number(paid['Balance']) === 0) paid['Status'] = 'Closed';
  }
  check['History'] = check['Details'];
  check['Details'] = [];
  check['Status'] = 'Closed';
}

function voidCheck(server: SmallAcumatica, keys: Entity, headers: { [name: string]: unknown }): void {
  const check = find(server, 'Check', keys['Type'], keys['ReferenceNbr']);
  if (check?.['Status'] !== 'Closed') throw new Refused(500, 'Document status is invalid for processing.');
  const date = String(headers['px-cbapibusinessdate'] ?? '').replaceAll('/', '-') || '2026-03-09';
  server.rows('Check').push({
    ...check,
    id: `void-${check['ReferenceNbr']}`,
    Type: 'Voided Payment',
    Status: 'Balanced',
    ApplicationDate: date,
  });
}

function releaseVoid(server: SmallAcumatica, voiding: Entity): void {
  const check = find(server, 'Check', 'Payment', voiding['ReferenceNbr']) as Entity;
  for (const detail of check['History'] as Entity[]) {
    const reopened = find(server, 'Bill', detail['DocType'], detail['ReferenceNbr']) as Entity;
    reopened['Balance'] = add(String(reopened['Balance']), String(detail['AmountPaid']));
    reopened['Status'] = 'Open';
  }
  check['Status'] = 'Voided';
  voiding['Status'] = 'Closed';
}
