import { dateOf, MovableClock } from '../clock';
import { makeCompany } from '../data/company';
import { imageRows, orderRows, taxRows } from '../data/purchasing';
import { EpicorCaller } from '../world/callers';
import { type Epicor, startEpicor } from './start';
import type { CompanyState } from './state';
import type { EpicorSwitches } from './switches';
import type { Row } from './table-rows';

/** One simulated Epicor without a partner, and somebody who calls it. */
export interface TrialSite {
  readonly epicor: Epicor;
  readonly clock: MovableClock;
  readonly company: CompanyState;
  readonly caller: EpicorCaller;
  readonly today: string;
  /** Lets the system agent do what is due within this time. */
  wait(ms: number): void;
  /** Takes a group as another user does, or gives it back. */
  hold(table: 'APInvGrp' | 'GLJrnGrp', groupId: string, user: string): void;
  row(table: string, ...key: (string | number)[]): Row | undefined;
}

/** First bytes of a picture, so that what is downloaded can be told from text. */
export const PICTURE = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0x80]);

/** Starts a site with one company: its vendors, accounts, invoices, three orders, tax codes, one picture. */
export async function startTrialSite(switches: Partial<EpicorSwitches> = {}): Promise<TrialSite> {
  const clock = new MovableClock();
  const today = dateOf(clock.now());
  const seed = makeCompany({ seed: 1, size: 60, company: 'EPIC06', today });
  const bolt = { part: 'BOLT-8', description: 'Hex bolts M8', account: '5020|10|200' };
  const orders = orderRows(
    [
      {
        number: 4001,
        vendorNum: 101,
        vendorId: 'ALLIE101',
        lines: [
          { ...bolt, quantity: '100', unitCost: '1.25', received: '80' },
          { ...bolt, part: 'NUT-8', quantity: '100', unitCost: '0.50' },
        ],
      },
      {
        number: 4002,
        vendorNum: 113,
        vendorId: 'NORTH113',
        lines: [{ ...bolt, quantity: '5', unitCost: '9.99' }],
      },
      {
        number: 4003,
        vendorNum: 101,
        vendorId: 'ALLIE101',
        approval: 'P',
        lines: [{ ...bolt, quantity: '5', unitCost: '9.99' }],
      },
    ],
    today,
  );
  const images = imageRows([
    { file: 6001, vendorNum: 101, invoiceNum: 'AF-1001', name: 'scan.png', content: PICTURE },
  ]);
  const tables = { ...seed.epicor.tables, ...orders, ...taxRows(), ...images.tables };
  const epicor = await startEpicor({
    clock,
    data: {
      companies: [{ ...seed.epicor, tables, fileContent: images.fileContent }],
      customColumns: { APInvHed: 'Origin_c:text' },
    },
    access: { users: { integration: 'secret' }, apiKeys: [{ key: 'key' }], clients: {} },
    switches,
  });
  const caller = new EpicorCaller({
    EPICOR_BASE_URL: epicor.url,
    EPICOR_COMPANY: 'EPIC06',
    EPICOR_USERNAME: 'integration',
    EPICOR_PASSWORD: 'secret',
    EPICOR_API_KEY: 'key',
  });
  const company = epicor.state.company('EPIC06');
  return {
    epicor,
    clock,
    company,
    caller,
    today,
    wait: (ms) => {
      clock.advance(ms);
      epicor.state.runDue();
    },
    hold: (table, groupId, user) => {
      const group = company.rows(table).find(groupId);
      if (group === undefined) throw new Error(`no group ${groupId}`);
      epicor.state.change(company, table, group, { ActiveUserID: user }, 'clerk');
    },
    row: (table, ...key) => company.rows(table).find(...key),
  };
}
