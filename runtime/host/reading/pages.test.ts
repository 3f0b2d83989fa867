import { describe, expect, it } from 'vitest';
import type { Page } from '../../connector/system';
import { Pages } from './pages';

const page: Page = {
  rows: [
    { key: '1', company: 'C', data: {} },
    { key: '2', company: 'C', data: {} },
  ],
  cursor: 'after 2',
};
const result = { read: 2, landed: 2, unchanged: 0, ignored: {} };
const never = new AbortController().signal;

describe('pages between read and dedup', () => {
  it('tell the reader that its page has landed, and the lander its cursor', async () => {
    const pages = new Pages();
    const left = pages.leave('bills', page, never);
    const seen: unknown[] = [];
    await pages.take(left.ref, 'bills', page.rows, async ({ cursor }) => {
      seen.push(cursor);
      return result;
    });
    expect(await left.landed).toBe(result);
    expect(seen).toEqual(['after 2']);
  });

  it('end the poll when nothing lands the page in time', async () => {
    const left = new Pages(10).leave('bills', page, never);
    await expect(left.landed).rejects.toMatchObject({ code: 'PAGE_NOT_LANDED' });
  });

  it('tell the reader why landing failed', async () => {
    const pages = new Pages();
    const left = pages.leave('bills', page, never);
    const gone = new Error('store away');
    await expect(
      pages.take(left.ref, 'bills', page.rows, async () => {
        throw gone;
      }),
    ).rejects.toBe(gone);
    await expect(left.landed).rejects.toBe(gone);
  });

  it('land a page once, though two wires bring it', async () => {
    const pages = new Pages();
    const left = pages.leave('bills', page, never);
    let times = 0;
    const land = async () => {
      times += 1;
      return result;
    };
    const first = pages.take(left.ref, 'bills', page.rows, land);
    await expect(pages.take(left.ref, 'bills', page.rows, land)).rejects.toMatchObject({
      code: 'NOT_A_PAGE',
    });
    await first;
    expect(times).toBe(1);
  });

  it('refuse a page that lost rows on the way: the cursor would pass them', async () => {
    const pages = new Pages();
    const left = pages.leave('bills', page, never);
    await expect(pages.take(left.ref, 'bills', page.rows.slice(1), async () => result)).rejects.toMatchObject(
      { code: 'PAGE_ROWS_LOST', message: expect.stringContaining('the first is 1') },
    );
    await expect(left.landed).rejects.toMatchObject({ code: 'PAGE_ROWS_LOST' });
  });

  it.each([undefined, null, 'x', { id: 'made up', sync: 'bills' }])(
    'refuse a message with %j for a page',
    async (ref) => {
      await expect(new Pages().take(ref, 'bills', [], async () => result)).rejects.toMatchObject({
        code: 'NOT_A_PAGE',
      });
    },
  );

  it('refuse the page of another sync and leave it for its own', async () => {
    const pages = new Pages();
    const left = pages.leave('bills', page, never);
    await expect(pages.take(left.ref, 'vendors', page.rows, async () => result)).rejects.toMatchObject({
      code: 'PAGE_OF_OTHER_SYNC',
    });
    await pages.take(left.ref, 'bills', page.rows, async () => result);
    expect(await left.landed).toBe(result);
  });

  it('let go when the reader closes', async () => {
    const pages = new Pages();
    const closing = new AbortController();
    const left = pages.leave('bills', page, closing.signal);
    closing.abort(new Error('closed'));
    await expect(left.landed).rejects.toThrow('closed');
    await expect(pages.take(left.ref, 'bills', page.rows, async () => result)).rejects.toMatchObject({
      code: 'NOT_A_PAGE',
    });
  });
});
