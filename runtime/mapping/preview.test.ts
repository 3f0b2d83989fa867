import { describe, expect, it } from 'vitest';
import type { Lookups } from './functions';
import { type PreviewRequest, previewMapping } from './preview';

const lookups: Lookups = { link: async () => undefined, source: async () => undefined };
const request: PreviewRequest = {
  rules: [{ applies: 'new', when: 'PayHold', outcome: 'park', reason: 'not-approved' }],
  document: '{"number": InvoiceNum}',
  documentSchema: { type: 'object', properties: { number: { type: 'string', maxLength: 5 } } },
  row: {
    type: 'object',
    properties: {
      InvoiceNum: { type: 'string' },
      PayHold: { type: 'boolean' },
      VendorNum: { type: 'integer' },
      Total: { type: 'string', format: 'decimal' },
    },
  },
  lookups,
  data: { InvoiceNum: 'A-1', PayHold: false, VendorNum: 17, Total: '1.00' },
  record: { sync: 'invoices', company: 'EPIC06', sent: false },
};

describe('the preview of a mapping', () => {
  it('shows the document', async () => {
    expect(await previewMapping(request)).toEqual({
      document: { number: 'A-1' },
      version: expect.any(String),
      findings: [],
    });
  });

  it('shows which rule stops the record', async () => {
    const preview = await previewMapping({ ...request, data: { ...request.data, PayHold: true } });
    expect(preview.outcome).toEqual({
      outcome: 'park',
      reason: 'not-approved',
      detail: { rule: '1: PayHold' },
    });
  });

  it('shows what a record would wait for, what the schema refuses, and where an expression fails', async () => {
    const waiting = await previewMapping({ ...request, document: '{"number": $link("vendors", VendorNum)}' });
    expect(waiting.outcome).toMatchObject({
      reason: 'vendor-not-linked',
      waitsFor: { sync: 'vendors', key: '17' },
    });
    const refused = await previewMapping({ ...request, document: '{"number": "too long"}' });
    expect(refused.outcome).toMatchObject({
      reason: 'schema-failed',
      detail: { fields: [{ field: 'number' }] },
    });
    const failing = await previewMapping({ ...request, document: '{"number": $date("x")}' });
    expect(failing.outcome).toMatchObject({
      reason: 'mapping-failed',
      detail: { line: 1, code: 'NOT_A_DATE' },
    });
  });

  it('shows what is wrong with the mapping itself, and what would go wrong silently', async () => {
    expect(await previewMapping({ ...request, document: '{"number": ' })).toMatchObject({
      error: { code: 'MAPPING_SYNTAX', where: expect.stringContaining('document') },
    });
    const { findings, document } = await previewMapping({
      ...request,
      document: '{"number": Total > "5" ? "a" : "b"}',
    });
    expect(document).toEqual({ number: 'b' });
    expect(findings).toMatchObject([{ code: 'DECIMAL_AS_TEXT', field: 'document' }]);
  });
});
