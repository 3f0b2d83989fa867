import { accountingDocumentRow } from '../../../nodes/basware/row-schemas';
import type { JsonObject } from '../../../runtime/connector/json';
import { attachmentCode } from '../../../sandbox/basware/document-show';
import type { Basware } from '../../../sandbox/basware/start';
import { someDocument } from '../../../sandbox/basware/test-caller';
import { exact, type Wire, type WireObject } from '../../../sandbox/http/exact-json';
import type { RowWish, StreamSample } from '../bench';

/** Something in every field that the schema declares, as Basware writes it. */
function filled(schema: JsonObject): Wire {
  if (schema['type'] === 'array') return [filled(schema['items'] as JsonObject)];
  if (schema['type'] === 'boolean') return true;
  if (schema['type'] === 'integer') return 1;
  if (schema['format'] === 'decimal') return exact('1.5');
  if (schema['format'] !== undefined) return '2026-10-01T00:00:00';
  if (schema['type'] !== 'object') return 'X1';
  const properties = Object.entries(schema['properties'] as Record<string, JsonObject>);
  return Object.fromEntries(properties.map(([name, child]) => [name, filled(child)]));
}

const everyField = filled(accountingDocumentRow) as WireObject;

let made = 0;

export function serial(): number {
  made += 1;
  return made;
}

export function makeDocument(basware: Basware, amount = '100.10', date?: string, further: WireObject = {}) {
  return basware.p2p.capture(
    someDocument({
      invoiceNumber: `INV-${serial()}`,
      invoiceDate: date ?? '2026-10-01',
      gross: amount,
      net: amount,
      description: 'Belts',
      referenceNumber: 'R1',
      voucherDate: '2026-10-02',
      taxCode: 'T8',
      paymentTerm: 'N30',
      further,
      rows: [
        {
          account: '6100',
          costCenter: '10',
          dimension: 'D1',
          net: amount,
          taxCode: 'T8',
          comment: 'ok',
          order: { number: 'PO1', line: '1' },
          further: (further['codingRows'] as WireObject[] | undefined)?.[0] ?? {},
        },
      ],
    }),
    'WaitingForTransfer',
  );
}

export function streamSamples(basware: Basware): Record<string, StreamSample> {
  const { p2p, tenant } = basware;
  const add = (
    count: number,
    { amount, date, stamp }: RowWish,
    after: 'WaitingForTransfer' | 'Transferred',
  ) => {
    const last = Math.max(...[...tenant.documents.values()].map((each) => each.lastUpdated));
    return Array.from({ length: count }, () => {
      const document = makeDocument(basware, amount, date, everyField);
      if (after === 'Transferred') p2p.move(document, 'Transferred');
      if (date !== undefined) document.lastUpdated = Date.parse(`${date}T12:00:00Z`);
      if (stamp === 'tied') document.lastUpdated = last;
      if (stamp === 'late') document.lastUpdated = last - 60_000;
      return document;
    });
  };
  const documentOf = (key: string) => p2p.document(key.split('|')[0] ?? '');
  return {
    'accounting-documents': {
      add: (count, wish = {}) => add(count, wish, 'WaitingForTransfer').map(({ invoiceId }) => invoiceId),
      change: (key) => p2p.edit(documentOf(key), { description: `changed ${serial()}` }),
    },
    attachments: {
      add: (count, wish = {}) =>
        add(count, wish, 'Transferred').map(
          (document) => `${document.invoiceId}|${attachmentCode(document)}`,
        ),
      change: (key) => p2p.touch(documentOf(key)),
    },
  };
}
