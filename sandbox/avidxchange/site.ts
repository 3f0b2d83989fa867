import { createHash, randomUUID } from 'node:crypto';
import type { Clock } from '../clock';
import { Random } from '../random';
import type {
  BatchRecord,
  CodeRecord,
  ImageRecord,
  InvoiceRecord,
  OrderRecord,
  PaymentRecord,
  VendorRecord,
} from './records';
import type { AvidSwitches } from './switches';

export interface AccountingSystem {
  readonly id: number;
  readonly name: string;
}

/** One customer: its accounting systems and everything that stands in them. */
export class AvidSite {
  readonly vendors: VendorRecord[] = [];
  readonly codes: CodeRecord[] = [];
  readonly orders: OrderRecord[] = [];
  readonly invoices: InvoiceRecord[] = [];
  readonly batches: BatchRecord[] = [];
  readonly payments: PaymentRecord[] = [];
  /** What export acknowledgements said, oldest first: GUIDs of batches. */
  readonly acknowledged: string[] = [];
  /** External ids of batches that came although they were there already. */
  readonly sentAgain: string[] = [];
  /** Code groups that exist; an item naming another one is refused. */
  readonly groups = new Set(['GL Account', 'Department', 'Project', 'Location', 'Accounting Codes']);
  readonly random: Random;
  readonly #indexes = new Map<string, VendorRecord | CodeRecord | OrderRecord | InvoiceRecord>();
  #jobs: { readonly dueAt: number; readonly run: () => void }[] = [];
  /** When the work being done in the background fell due. */
  #dueAt: number | undefined;
  #nextId = 70_001;
  #images = 0;

  constructor(
    readonly systems: readonly AccountingSystem[],
    readonly switches: AvidSwitches,
    readonly clock: Clock,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  newId(): number {
    this.#nextId += this.random.whole(1, 3);
    return this.#nextId;
  }

  newGuid(): string {
    return randomUUID();
  }

  vendor(system: number, code: string): VendorRecord | undefined {
    return this.#indexes.get(`vendor ${system} ${code}`) as VendorRecord | undefined;
  }

  code(system: number, group: string, value: string): CodeRecord | undefined {
    return this.#indexes.get(`code ${system} ${group} ${value}`) as CodeRecord | undefined;
  }

  order(system: number, number: string): OrderRecord | undefined {
    return this.#indexes.get(`order ${system} ${number}`) as OrderRecord | undefined;
  }

  /** The first invoice of a vendor under a number. */
  invoice(system: number, vendorCode: string, number: string): InvoiceRecord | undefined {
    return this.#indexes.get(`invoice ${system} ${vendorCode} ${number}`) as InvoiceRecord | undefined;
  }

  addVendor(given: Omit<VendorRecord, 'id' | 'created' | 'modified'>): VendorRecord {
    const record: VendorRecord = { ...given, ...this.#stamp() };
    this.vendors.push(record);
    if (record.code !== undefined) {
      this.#indexes.set(`vendor ${record.accountingSystemId} ${record.code}`, record);
    }
    return record;
  }

  addCode(given: Omit<CodeRecord, 'id' | 'created' | 'modified'>): CodeRecord {
    const record: CodeRecord = { ...given, ...this.#stamp() };
    this.codes.push(record);
    this.#indexes.set(`code ${record.accountingSystemId} ${record.group} ${record.value}`, record);
    return record;
  }

  addOrder(given: Omit<OrderRecord, 'id' | 'created' | 'modified'>): OrderRecord {
    const record: OrderRecord = { ...given, ...this.#stamp() };
    this.orders.push(record);
    this.#indexes.set(`order ${record.accountingSystemId} ${record.number}`, record);
    return record;
  }

  addInvoice(given: Omit<InvoiceRecord, 'id' | 'created' | 'modified'>): InvoiceRecord {
    const record: InvoiceRecord = { ...given, ...this.#stamp() };
    this.invoices.push(record);
    const key = `invoice ${record.accountingSystemId} ${record.vendorCode} ${record.number}`;
    if (!this.#indexes.has(key)) this.#indexes.set(key, record);
    return record;
  }

  addPayment(given: Omit<PaymentRecord, 'id' | 'created' | 'modified'>): PaymentRecord {
    const record: PaymentRecord = { ...given, ...this.#stamp() };
    this.payments.push(record);
    return record;
  }

  /** Stores an image's content; a customer with bad luck gets one of them back with a wrong byte. */
  image(name: string, type: string, content: Buffer): ImageRecord {
    this.#images += 1;
    const { corruptImageEvery } = this.switches;
    const bytes = Buffer.from(content);
    if (corruptImageEvery > 0 && this.#images % corruptImageEvery === 0) {
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0xff;
    }
    return { name, type, bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  }

  touch(record: { modified: number }): void {
    record.modified = this.clock.now();
  }

  /**
   * Runs `run` at the next request or look after `delayMs` from now; what work in the background asks for counts from
   * when that work was due.
   */
  later(delayMs: number, run: () => void): void {
    this.#jobs.push({ dueAt: (this.#dueAt ?? this.clock.now()) + delayMs, run });
  }

  /** Does the work in the background that is due, in the order it fell due, and what follows from it. */
  runDue(): void {
    const now = this.clock.now();
    for (;;) {
      const [next] = this.#jobs.filter((job) => job.dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
      if (next === undefined) return;
      this.#jobs = this.#jobs.filter((job) => job !== next);
      this.#dueAt = next.dueAt;
      try {
        next.run();
      } finally {
        this.#dueAt = undefined;
      }
    }
  }

  #stamp(): { id: number; created: number; modified: number } {
    const now = this.clock.now();
    return { id: this.newId(), created: now, modified: now };
  }
}
