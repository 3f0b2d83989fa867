import { createSystem } from '../../../nodes/epicor-kinetic/system';
import { addDays, dateOf, MovableClock } from '../../../sandbox/clock';
import { makeCompany } from '../../../sandbox/data/company';
import { type Epicor, startEpicor } from '../../../sandbox/epicor-kinetic/start';
import { startFaultProxy } from '../../../sandbox/faults/proxy';
import type { Bench, Settings, Stand } from '../bench';
import { ledgerSamples } from './epicor-kinetic-ledger';
import { masterSamples } from './epicor-kinetic-masters';
import { operationSamples } from './epicor-kinetic-operations';
import { type Books, streamSamples } from './epicor-kinetic-streams';

const COMPANY = 'EPIC06';
const USER = 'integration';
const PASSWORD = 'canary pässword+"&/1';
const API_KEY = 'canary-api-key/+=2';
/** What documents refer to; everything else is left out, so that streams are empty. */
const KEPT = ['Company', 'BankAcct', 'PayMethod', 'COA', 'COASegment', 'GLAcctDisp'];

export const bench: Bench = {
  troubles: [
    { name: 'wrong company', settings: { company: 'NOBODY' }, code: 'EPICOR_NO_SUCH_ADDRESS' },
    { name: 'no right to invoices', arranged: true, failsCheck: /invoice/i },
    { name: 'rows of another company', arranged: true, code: 'WRONG_COMPANY' },
  ],
  module: createSystem,
  start,
};

async function start(): Promise<Stand> {
  const clock = new MovableClock();
  const today = dateOf(clock.now());
  const { epicor: data } = makeCompany({ seed: 1, size: 0, company: COMPANY, today });
  const tables = Object.fromEntries(Object.entries(data.tables).filter(([name]) => KEPT.includes(name)));
  const other = { ...data, company: 'EPIC07', tables: { ...data.tables } };
  const epicor = await startEpicor({
    clock,
    data: {
      companies: [{ ...data, tables, closedThrough: addDays(today, -3_650) }, other],
      customColumns: { APInvHed: 'BillStatus_c:text BillPaidAmt_c:dec' },
    },
    access: { users: { [USER]: PASSWORD }, apiKeys: [{ key: API_KEY }], clients: {} },
    switches: { postingMs: 0 },
  });
  const proxy = await startFaultProxy({ target: new URL(epicor.url).origin });
  const settings: Settings = {
    baseUrl: `${proxy.url}${new URL(epicor.url).pathname}`,
    company: COMPANY,
    plant: 'MfgSys',
    apiKey: API_KEY,
    auth: 'token',
    username: USER,
    password: PASSWORD,
    bankAccount: 'MAIN',
    paymentMethod: '3',
    coa: 'MAIN',
    journalCode: 'GJ',
  };
  const books: Books = {
    state: epicor.state,
    company: epicor.state.company(COMPANY),
    // Taken now and stored later, as a long transaction does.
    early: Array.from({ length: 100 }, () => epicor.state.nextRevision()),
  };
  return {
    proxy,
    clock,
    settings,
    limitPages: (rows) => {
      epicor.switches.rowLimit = rows;
    },
    expireSessions: () => epicor.signIn.expireTokens(),
    rotateSecret: () => {
      const password = 'another password 2';
      epicor.signIn.access = { ...epicor.signIn.access, users: { [USER]: password } };
      return { ...settings, password };
    },
    arrange: (trouble) => arrange(epicor, trouble),
    streams: { ...streamSamples(books), ...masterSamples(books) },
    operations: { ...operationSamples(books), ...ledgerSamples(books) },
    hiddenError: JSON.stringify({ ErrorMessage: 'The record was not saved.' }),
    writable: () =>
      structuredClone(
        ['APInvHed', 'CheckHed', 'APTran', 'APChkGrp'].map((name) => books.company.rows(name).all),
      ),
    stop: async () => {
      await proxy.stop();
      await epicor.stop();
    },
  };
}

function arrange({ signIn, switches }: Epicor, trouble: string): void {
  if (trouble === 'rows of another company') switches.wrongTenantRows = true;
  if (trouble !== 'no right to invoices') return;
  const services = ['', 'Erp.BO.VendorSvc', 'Erp.BO.GLAccountSvc', 'Erp.BO.PaymentEntrySvc'];
  signIn.access = { ...signIn.access, apiKeys: [{ key: API_KEY, services }] };
}
