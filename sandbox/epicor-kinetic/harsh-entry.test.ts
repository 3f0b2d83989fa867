import { afterEach, describe, expect, it } from 'vitest';
import { Random } from '../random';
import { harshEntrySwitches } from './harsh-switches';
import {
  accountsOf,
  INVOICES,
  OFFICE,
  openGroup,
  PARTS,
  postInvoices,
  readInvoice,
  saveWhole,
  wholeInvoice,
} from './trial-invoice';
import { startTrialSite, type TrialSite } from './trial-site';

// biome-ignore lint/suspicious/noExplicitAny: rows of any shape
type Loose = any;

let site: TrialSite;
afterEach(() => site.epicor.stop());

/** Saves the invoice, whatever the environment answers at first. */
async function saveStubbornly(): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const reply = await saveWhole(site, wholeInvoice(site));
    if (reply.status === 200 && reply.json.parameters?.lUpdateRan === true) return;
    site.wait(150);
  }
  throw new Error('the invoice could not be saved');
}

async function update(ds: object): Promise<void> {
  const reply = await site.caller.post(`${INVOICES}/Update`, { ds });
  if (reply.json.parameters === undefined) throw new Error(reply.text);
}

/** Brings what is stored to what was meant, by updates alone. */
async function repair(): Promise<void> {
  const { APInvHed: _head, ...parts } = wholeInvoice(site);
  if ((await readInvoice(site)).APInvDtl.length === 0) await update(parts);
  let ds = await readInvoice(site);
  const meant = ds.APInvExp.filter((row: Loose) => ['40.00', '60.01'].includes(row.DocExpAmt.text));
  const extra = ds.APInvExp.filter((row: Loose) => !meant.includes(row));
  if (extra.length > 0) await update({ APInvExp: extra.map((row: Loose) => ({ ...row, RowMod: 'D' })) });
  ds = await readInvoice(site);
  const coded = [OFFICE, PARTS];
  const accounts = ds.APInvExpTGLC.map((row: Loose, at: number) => ({ ...row, ...coded[at], RowMod: 'U' }));
  await update({ APInvExpTGLC: accounts });
}

describe('environments as harsh as they are drawn', () => {
  it.each(Array.from({ length: 30 }, (_, index) => index + 1))(
    'leave a careful caller a way to the right invoice: seed %i',
    async (seed) => {
      site = await startTrialSite({ ...harshEntrySwitches(new Random(seed)), groupAfterPosting: 'delete' });
      await openGroup(site);
      await saveStubbornly();
      await repair();
      expect(accountsOf(await readInvoice(site))).toEqual([OFFICE.GLAccount, PARTS.GLAccount]);
      await postInvoices(site);
      site.wait(100);
      expect(site.row('APInvHed', 101, 'B-1')).toMatchObject({ Posted: true, DocInvoiceAmt: '100.01' });
    },
  );

  it('are the same for the same seed', () => {
    expect(harshEntrySwitches(new Random(7))).toEqual(harshEntrySwitches(new Random(7)));
  });
});
