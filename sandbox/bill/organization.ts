import { EventEmitter } from 'node:events';
import type { Clock } from '../clock';
import type { WireObject } from '../http/exact-json';
import { Random } from '../random';
import { Collection } from './collection';
import type {
  BillRecord,
  ClassificationRecord,
  CreditRecord,
  PaymentRecord,
  Stored,
  VendorRecord,
} from './records';
import type { BillSwitches } from './switches';

/** Something happened that subscribers may hear of. */
export interface BillEvent {
  readonly type: string;
  /** Member of the envelope: vendor, bill or payment. */
  readonly entity: string;
  readonly entityId: string;
  readonly payload: WireObject;
}

const CAPITALS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** One organization: its objects, and the news about them. */
export class Organization {
  readonly vendors = new Collection<VendorRecord>();
  readonly bills = new Collection<BillRecord>((bill) => bill.vendorId);
  readonly payments = new Collection<PaymentRecord>((payment) => payment.vendorId);
  readonly credits = new Collection<CreditRecord>((credit) => credit.vendorId);
  readonly classifications = new Map<string, Collection<ClassificationRecord>>();
  readonly news = new EventEmitter<{ event: [BillEvent] }>();
  nextCheckNumber = 1_201;
  readonly #random: Random;

  constructor(
    readonly id: string,
    readonly switches: BillSwitches,
    readonly clock: Clock,
    seed: number,
  ) {
    this.#random = new Random(seed);
  }

  /** A new id of the system's form: three characters for the kind, two digits, ten capitals, five others. */
  newId(prefix: string): string {
    const some = (from: string, count: number) =>
      Array.from({ length: count }, () => from[this.#random.whole(0, from.length - 1)]).join('');
    return `${prefix}${some('0123456789', 2)}${some(CAPITALS, 10)}${some(ALPHANUMERIC, 5)}`;
  }

  /** The members that every new object begins with. */
  begin(prefix: string): Stored {
    const now = this.clock.now();
    return { id: this.newId(prefix), archived: false, created: now, updated: now };
  }

  /** Says that an object changed. */
  touch<T extends Stored>(collection: Collection<T>, row: T): void {
    row.updated = this.clock.now();
    collection.version += 1;
  }

  /** The entries of one classification family, such as `chart-of-accounts`. */
  family(name: string): Collection<ClassificationRecord> {
    const known = this.classifications.get(name) ?? new Collection<ClassificationRecord>();
    this.classifications.set(name, known);
    return known;
  }

  tell(event: BillEvent): void {
    this.news.emit('event', event);
  }
}

/** An instant as the system writes it. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}
