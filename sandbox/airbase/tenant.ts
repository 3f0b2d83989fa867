import { EventEmitter } from 'node:events';
import type { Clock } from '../clock';
import { Random } from '../random';
import type { Entry, EntryContent, EntryStatus, MasterKind, MasterRecord } from './records';
import type { AirbaseSwitches } from './switches';

/** Something that subscribers may hear of. */
export interface AirbaseNews {
  readonly type: string;
  readonly entry: Entry;
}

/** An order of the ERP, as it was pushed. */
export interface OrderRecord {
  readonly id: string;
  data: Record<string, unknown>;
}

/** One customer: its master data, its queue of entries, and the news about them. */
export class AirbaseTenant {
  readonly masters: Readonly<Record<MasterKind, Map<string, MasterRecord>>> = {
    vendors: new Map(),
    accounts: new Map(),
    tags: new Map(),
    subsidiaries: new Map(),
    currencies: new Map(),
  };
  readonly entries = new Map<string, Entry>();
  readonly orders = new Map<string, OrderRecord>();
  readonly news = new EventEmitter<{ news: [AirbaseNews] }>();
  readonly random: Random;
  /** Writes so far, by people and callers. */
  changes = 0;
  /** Writes of callers that the interface has no place for, as `METHOD path`. */
  readonly trespasses: string[] = [];
  readonly #prefixes = new Set<string>();
  #serial = 0;

  constructor(
    readonly switches: AirbaseSwitches,
    readonly clock: Clock,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  /** A UUID whose first eight digits no other one has. */
  newId(): string {
    const digits = (count: number) =>
      Array.from({ length: count }, () => this.random.whole(0, 15).toString(16)).join('');
    let first = digits(8);
    while (this.#prefixes.has(first)) first = digits(8);
    this.#prefixes.add(first);
    return `${first}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`;
  }

  addMaster(kind: MasterKind, given: Partial<MasterRecord> & Pick<MasterRecord, 'data'>): MasterRecord {
    const record: MasterRecord = {
      id: this.newId(),
      kind,
      reference: '',
      active: true,
      subsidiaries: [],
      createdInAirbase: false,
      writes: 0,
      ...given,
    };
    this.masters[kind].set(record.id, record);
    this.changes += 1;
    return record;
  }

  byReference(kind: MasterKind, reference: string): MasterRecord | undefined {
    if (reference === '') return undefined;
    return [...this.masters[kind].values()].find((record) => record.reference === reference);
  }

  addEntry(content: EntryContent, approval: Entry['approval'], status: EntryStatus): Entry {
    this.#serial += 1;
    const now = this.clock.now();
    const entry: Entry = {
      id: this.newId(),
      spendId: this.newId(),
      spendNumber: String(10_000 + this.#serial),
      content,
      versions: [content],
      approval,
      status,
      statusBefore: 'not_ready',
      statusSince: now,
      reference: null,
      url: null,
      errorMessage: '',
      updatedAt: now,
      listedVersion: 0,
      marks: [],
    };
    this.entries.set(entry.id, entry);
    this.changes += 1;
    return entry;
  }

  /** Gives an entry another status, which lists show after their lag. */
  move(entry: Entry, status: EntryStatus): void {
    if (entry.status !== status) {
      entry.statusBefore = this.listedStatus(entry);
      entry.status = status;
      entry.statusSince = this.clock.now();
    }
    this.touched(entry);
  }

  /** The status of an entry as lists show it now. */
  listedStatus(entry: Entry): EntryStatus {
    const lagging = this.clock.now() - entry.statusSince < this.switches.listLagMs;
    return lagging ? entry.statusBefore : entry.status;
  }

  touched(entry: Entry): void {
    entry.updatedAt = this.clock.now();
    this.changes += 1;
  }

  tell(type: string, entry: Entry): void {
    this.news.emit('news', { type, entry });
  }
}
