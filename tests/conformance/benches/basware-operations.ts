import type { JsonObject } from '../../../runtime/connector/json';
import type { Basware } from '../../../sandbox/basware/start';
import type { OperationSample } from '../bench';
import { makeDocument, serial } from './basware-streams';

const OWN = { companyCode: 'BW01', active: true };
const ODD = `Ö'Brien & "Söhne" + 100% 株式会社`;

export function operationSamples(basware: Basware): Record<string, OperationSample> {
  const { p2p, tenant } = basware;
  const invoiceOf = (document: JsonObject) => p2p.document(String(document['invoiceId']));
  const touch = (document: JsonObject) => p2p.touch(invoiceOf(document));
  return {
    acknowledge: {
      document: () => ({ invoiceId: makeDocument(basware).invoiceId }),
      effects: (document) => invoiceOf(document).acknowledgements.map(() => 'acknowledged'),
      touch,
    },
    'transfer-response': {
      document: () => transfer(makeDocument(basware).invoiceId, 'Posted'),
      effects: (document) => invoiceOf(document).transferResponses.map(({ body }) => JSON.stringify(body)),
      touch,
      unusual: () => transfer(makeDocument(basware).invoiceId, `${ODD} ${serial()}`),
    },
    'payment-response': {
      document: () => payment(transferred(basware), '50.05'),
      changed: (document) => ({
        ...document,
        invoices: (document['invoices'] as JsonObject[]).map((one) => ({ ...one, paidTotal: '60.10' })),
      }),
      effects: (document) => {
        const [one] = document['invoices'] as JsonObject[];
        return [String(invoiceOf(one ?? {}).paymentResponses.map(({ body }) => JSON.stringify(body)))].filter(
          (text) => text !== '',
        );
      },
      touch: (document) => {
        for (const one of document['invoices'] as JsonObject[]) touch(one);
      },
      unusual: () => ({ ...payment(transferred(basware), '50.05'), paymentMessage: `${ODD} ${serial()}` }),
    },
    'import-vendor': master('vendors', 'vendorCode', (code, name) => ({ vendorCode: code, name })),
    'import-gl-account': master('accounts', 'accountCode', (code, name) => ({ accountCode: code, name })),
    'import-dimension': master('costCenters', 'costCenterCode', (code, name) => ({ code, name })),
    'import-payment-term': master('paymentTerms', 'paymentTermCode', (code, name) => ({
      paymentTermCode: code,
      name,
    })),
    'import-tax-code': master('taxCodes', 'taxCode', (code, name) => ({
      taxCode: code,
      name,
      taxPercentage: '8.25',
    })),
  };

  function master(
    path: string,
    code: string,
    make: (code: string, name: string) => JsonObject,
  ): OperationSample {
    const field = (document: JsonObject) => document[code === 'costCenterCode' ? 'code' : code];
    const stored = (document: JsonObject) =>
      [...tenant.p2pOf(`/v1/${path}`).values()].filter(({ data }) => data[code] === field(document));
    return {
      document: () => make(`C${serial()}`, 'Repairs'),
      changed: (document) => ({ ...document, name: 'Changed' }),
      effects: (document) => stored(document).map(({ data }) => JSON.stringify(data)),
      unusual: () => make(`C${serial()}`, `${ODD} ${serial()}`),
      refused: () => ({ ...make(`C${serial()}`, 'Repairs'), companies: [{ companyCode: 'NONE' }] }),
      // A remark of somebody in P2P, which the next import takes away again.
      touch: (document) => {
        for (const record of stored(document)) record.data = { ...record.data, text1: 'seen' };
      },
      // Under an external code of its own: the record's code is taken in the company.
      enterByHand: (document, how) => {
        const externalCode = `by-hand-${serial()}`;
        const name = how === 'same' ? 'Repairs' : 'Another';
        const data = { externalCode, [code]: String(field(document)), name, companies: [OWN] };
        tenant.p2pOf(`/v1/${path}`).set(externalCode, { externalCode, data, imports: 1 });
      },
    };
  }
}

function transfer(invoiceId: string, responseMessage: string): JsonObject {
  return { invoiceId, success: true, responseMessage, voucherNumber1: String(serial()) };
}

function payment(invoiceId: string, paidTotal: string): JsonObject {
  return { paymentNumber: `P${serial()}`, paymentDate: '2026-10-30', invoices: [{ invoiceId, paidTotal }] };
}

function transferred(basware: Basware): string {
  const document = makeDocument(basware);
  basware.p2p.move(document, 'Transferred');
  return document.invoiceId;
}
