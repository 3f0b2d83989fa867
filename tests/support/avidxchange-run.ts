import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Share, startPayment } from '../../sandbox/avidxchange/payment-life';
import type { BatchRecord, InvoiceRecord, Method, PaymentRecord } from '../../sandbox/avidxchange/records';
import type { Row } from '../../sandbox/epicor-kinetic/table-rows';
import { headsOfOurs } from '../../sandbox/world/avidxchange-books';
import {
  type EpicorAvidOptions,
  type EpicorAvidWorld,
  startEpicorAvidWorld,
} from '../../sandbox/worlds/epicor-kinetic-avidxchange';
import { type Ended, type Running, runCommand, startCommand } from './command';
import { type Outcome, outcomesIn } from './product-run';

const TEMPLATE = 'epicor-kinetic-avidxchange';

type Variables = Readonly<Record<string, string>>;

/** The built command with a data folder of its own, between a simulated Epicor and a simulated AvidXchange. */
export class AvidRun {
  private constructor(
    readonly world: EpicorAvidWorld,
    readonly folder: string,
  ) {}

  static async start(options: EpicorAvidOptions = {}): Promise<AvidRun> {
    // The rate of the real service would make every test wait for the next minute.
    const avidSwitches = { callsPerMinute: 6_000, ...options.avidSwitches };
    const world = await startEpicorAvidWorld({ size: 10, ...options, avidSwitches });
    return new AvidRun(world, await mkdtemp(join(tmpdir(), 'ml-connector-test-')));
  }

  /** `run --once --json`. */
  once(variables?: Variables): Promise<Ended> {
    return this.begin(variables).ended;
  }

  /** The same, not yet ended. */
  begin(variables: Variables = {}): Running {
    return startCommand(['run', TEMPLATE, '--once', '--json', '--data', this.folder], {
      ...this.world.env,
      ...variables,
    });
  }

  /** @throws Error with everything that was said, when the run did not end well */
  async well(variables?: Variables): Promise<Ended> {
    const ended = await this.once(variables);
    if (ended.status !== 0) throw new Error(`ended with ${ended.status}: ${ended.stderr}`);
    return ended;
  }

  ping(variables: Variables = {}): Promise<Ended> {
    return runCommand(['ping', TEMPLATE, '--json'], { ...this.world.env, ...variables });
  }

  /** Records of a sync by their source key, while no command runs. */
  outcomes(sync: string): Promise<Map<string, Outcome>> {
    return outcomesIn(this.folder, sync);
  }

  /** What AvidXchange holds of our company under this number. */
  copies(number: string): InvoiceRecord[] {
    const { avid, systemId, byHand } = this.world.books;
    return avid.site.invoices.filter(
      (each) => each.accountingSystemId === systemId && each.number === number && !byHand.has(each),
    );
  }

  /** The one invoice of this number that was sent. */
  copy(number: string): InvoiceRecord {
    const [copy, another] = this.copies(number);
    if (!copy || another) throw new Error(`${number} is not there once`);
    return copy;
  }

  /** Batches of invoices that arrived for our company. */
  batches(): BatchRecord[] {
    const { avid, systemId } = this.world.books;
    return avid.site.batches.filter(
      ({ kind, accountingSystemId }) => kind === 'invoices' && accountingSystemId === systemId,
    );
  }

  /** Begins a payment of these amounts; `undefined` pays the whole invoice. */
  pay(method: Method, parts: Readonly<Record<string, string | undefined>>, discount?: string): PaymentRecord {
    const { site } = this.world.avid;
    const shares = Object.entries(parts).map(([number, amount]): Share => {
      const invoice = this.copy(number);
      invoice.status = 'Approved';
      site.touch(invoice);
      return { invoice, amount: amount ?? invoice.gross, ...(discount === undefined ? {} : { discount }) };
    });
    return startPayment(site, shares, method);
  }

  /** Payments of ours in Epicor that pay something of this invoice, voided ones included. */
  heads(number: string): Row[] {
    const { books } = this.world;
    const lines = books.company.rows('APTran');
    return headsOfOurs(books).filter((head) =>
      lines.childrenOf(head).some((line) => line['InvoiceNum'] === number),
    );
  }

  async stop(): Promise<void> {
    await this.world.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}
