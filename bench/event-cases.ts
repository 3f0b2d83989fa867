import { isTransferred } from '../sandbox/world/basware-books';
import { startBaswareRun, until } from '../tests/support/basware-run';
import type { Figure, StoreChoice } from './cases';

const APPROVALS = 30;
/** Documents of the company; a share of them waits for its approval. */
const SIZE = 330;

/**
 * From the approval of an invoice in Basware to its end: pushed, entered in Epicor, read back and verified, and
 * Basware told. Both systems answer at once, so what is left is ours, beside about thirty calls over the loopback.
 */
export async function eventToVerified(store: StoreChoice): Promise<readonly Figure[]> {
  const product = await startBaswareRun({ size: SIZE });
  try {
    const variables = await store.environment();
    await product.once(variables);
    await product.listen(variables);
    const { world } = product;
    const waiting = world.books.documents.filter(({ document }) => document.status === 'New');
    const entered: number[] = [];
    const answered: number[] = [];
    for (const { document } of waiting.slice(0, APPROVALS)) {
      const begun = performance.now();
      world.basware.p2p.approve(document);
      await until('it is in Epicor', () => product.invoices(document).length > 0);
      entered.push(performance.now() - begun);
      await until('Basware was told', () => isTransferred(document));
      answered.push(performance.now() - begun);
    }
    return [
      figure(store, 'event to the invoice in Epicor', entered),
      figure(store, 'event to verified invoice and answer', answered),
    ];
  } finally {
    await product.stop();
  }
}

function figure({ name: store }: StoreChoice, name: string, times: readonly number[]): Figure {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN);
  return {
    name,
    store,
    value: at(0.5),
    unit: 'ms',
    goal: '2,000 ms',
    how: `median of ${sorted.length}, one after the other; 95 % within ${at(0.95)} ms, the slowest ${at(1)} ms`,
  };
}
