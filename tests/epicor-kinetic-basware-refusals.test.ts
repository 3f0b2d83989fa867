import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DocumentRecord } from '../sandbox/basware/document-record';
import { firstOf } from '../sandbox/faults/plan';
import { type BaswareRun, startBaswareRun } from './support/basware-run';

const RUN_MS = 240_000;

let product: BaswareRun;

async function runWell(): Promise<void> {
  const ended = await product.once();
  expect([ended.status, ended.stderr]).toEqual([0, expect.any(String)]);
}

const told = (document: DocumentRecord) => document.transferResponses.map(({ success }) => success);

describe('an invoice that Epicor refuses', () => {
  beforeAll(async () => {
    product = await startBaswareRun({ faults: true });
  });
  afterAll(() => product.stop());

  it(
    'is answered with its words, and comes again under its id once it was corrected',
    async () => {
      const words = 'Supplier invoices of this kind need an approval in Epicor.';
      const refusal = {
        ErrorType: 'Ice.Common.BusinessObjectException',
        ErrorMessage: words,
        HttpStatus: 400,
      };
      const { world } = product;
      world.systems['epicor-kinetic']?.proxy?.follow(
        firstOf(/UpdateMaster/, [{ kind: 'answer', status: 400, body: JSON.stringify(refusal) }]),
      );
      await runWell();
      const refused = world.books.documents.filter(({ document }) => document.status === 'TransferFailed');
      const [one] = refused.filter(({ document }) => document.content.invoiceNumber !== 'BW-1033');
      if (!one) throw new Error('nothing was refused');
      expect(one.document.transferResponses.map(({ body }) => body['responseMessage'])).toEqual([
        expect.stringContaining(words),
      ]);
      expect(product.invoices(one.document)).toEqual([]);
      one.corrected = true;
      world.basware.p2p.retransfer(one.document);
      await runWell();
      expect(told(one.document)).toEqual([false, true]);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('refusals among many documents', () => {
  beforeAll(async () => {
    product = await startBaswareRun({ faults: true, size: 110 });
  });
  afterAll(() => product.stop());

  it(
    'stand nowhere in Epicor until they are sent again: what is there under the number of one came from another scan',
    async () => {
      const { world } = product;
      const refusal = { ErrorType: 'Ice.Common.BusinessObjectException', ErrorMessage: 'Not today.' };
      const answer = { kind: 'answer', status: 400, body: JSON.stringify(refusal) } as const;
      world.systems['epicor-kinetic']?.proxy?.follow(firstOf(/UpdateMaster/, [answer, answer]));
      await runWell();
      const refused = world.books.documents.filter(({ document }) => told(document).includes(false));
      expect(refused.length).toBeGreaterThan(1);
      for (const { document } of refused) {
        const own = product.invoices(document).filter((row) => row['ExternalID'] === document.invoiceId);
        expect(own).toEqual([]);
      }
      const right = refused.filter(({ seed }) => seed.accepts.every((outcome) => outcome === 'confirmed'));
      for (const one of right) {
        one.corrected = true;
        world.basware.p2p.retransfer(one.document);
      }
      await runWell();
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );

  it(
    'B5: are not lost when the process is killed before Basware heard of it',
    async () => {
      const { world } = product;
      const [next] = world.books.documents.filter(({ document }) => document.status === 'New');
      if (!next) throw new Error('no document is left to approve');
      world.basware.p2p.approve(next.document);
      const refusal = { ErrorType: 'Ice.Common.BusinessObjectException', ErrorMessage: 'Not today.' };
      world.systems['epicor-kinetic']?.proxy?.follow(
        firstOf(/UpdateMaster/, [{ kind: 'answer', status: 400, body: JSON.stringify(refusal) }]),
      );
      const running = product.begin();
      let met = false;
      world.systems['basware']?.proxy?.follow(({ method, url }) => {
        if (!/POST .*transferResponses/.test(`${method} ${url}`)) return undefined;
        met = true;
        setTimeout(() => running.kill('SIGKILL'), 20);
        return { kind: 'hang' };
      });
      await running.ended;
      world.systems['basware']?.proxy?.follow(() => undefined);
      expect([met, told(next.document), product.invoices(next.document)]).toEqual([true, [], []]);
      await runWell();
      expect(told(next.document)).toEqual([true]);
      expect(product.invoices(next.document)).toHaveLength(1);
      expect(world.checkPromises()).toEqual([]);
    },
    RUN_MS,
  );
});

describe('an acceptance that Basware refuses', () => {
  beforeAll(async () => {
    product = await startBaswareRun({ faults: true });
  });
  afterAll(() => product.stop());

  it(
    'parks, and is not followed by a rejection: the invoice is in Epicor',
    async () => {
      const { world } = product;
      const words = 'responseMessage: not allowed today';
      const refusal = { hasErrors: true, errors: [{ type: 'VALIDATION', message: words }] };
      let refused: string | undefined;
      world.systems['basware']?.proxy?.follow(({ method, url }) => {
        const id = /^POST .*accountingDocuments\/([^/]+)\/transferResponses/.exec(`${method} ${url}`)?.[1];
        if (id === undefined || refused !== undefined) return undefined;
        refused = id;
        return { kind: 'answer', status: 400, body: JSON.stringify(refusal) };
      });
      await runWell();
      const one = world.books.documents.find(({ document }) => document.invoiceId === refused);
      if (!one) throw new Error('nothing was refused');
      expect(product.invoices(one.document)).toHaveLength(1);
      expect(told(one.document)).toEqual([]);
    },
    RUN_MS,
  );
});
