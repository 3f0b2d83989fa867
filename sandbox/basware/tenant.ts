import { EventEmitter } from 'node:events';
import type { Clock } from '../clock';
import type { WireObject } from '../http/exact-json';
import { Random } from '../random';
import type { DocumentRecord } from './document-record';
import type { BaswareSwitches } from './switches';

/** Something that subscribers may hear of. */
export interface BaswareNews {
  readonly taskType: 'AccountingDocuments' | 'RequestStatus';
  readonly taskSubType: string;
  readonly documentId: string;
}

/** A record of master data as it was sent to the API layer. */
export interface LayerRecord {
  readonly externalCode: string;
  readonly data: WireObject;
  readonly lastUpdated: number;
}

/** A record of master data as P2P took it over. */
export interface P2pRecord {
  readonly externalCode: string;
  data: WireObject;
  /** How often an import wrote it. */
  imports: number;
}

export interface RequestItem {
  readonly externalCode: string;
  readonly parentExternalCode: string | null;
  status: 'InProgress' | 'NotProcessed' | 'Warning' | 'Success' | 'Error' | 'RecordExpired';
  errors: { type: 'Error' | 'Warning' | 'RecordExpired'; message: string; category: string }[];
}

export interface RequestRecord {
  readonly requestId: string;
  readonly entityType: string;
  readonly operationType: 'POST' | 'PATCH' | 'DELETE';
  readonly genericListKey: string | null;
  readonly changedBy: string;
  status: 'InProgress' | 'Success' | 'Error' | 'AcknowledgedSuccess' | 'AcknowledgedError';
  lastUpdated: number;
  readonly items: RequestItem[];
}

const LATEST_TIMER_MS = 60_000;

/** One customer: what its API layer stores, what its P2P holds, and the news about both. */
export class Tenant {
  /** What was imported, by resource path and external code. */
  readonly layer = new Map<string, Map<string, LayerRecord>>();
  readonly p2p = new Map<string, Map<string, P2pRecord>>();
  readonly documents = new Map<string, DocumentRecord>();
  readonly requests = new Map<string, RequestRecord>();
  readonly news = new EventEmitter<{ news: [BaswareNews] }>();
  readonly random: Random;
  #jobs: { readonly dueAt: number; readonly run: () => void }[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    /** Codes of its companies. */
    readonly companies: ReadonlySet<string>,
    /** Currencies that are in use. */
    readonly currencies: ReadonlySet<string>,
    readonly switches: BaswareSwitches,
    readonly clock: Clock,
    seed: number,
  ) {
    this.random = new Random(seed);
  }

  layerOf(path: string): Map<string, LayerRecord> {
    return tableOf(this.layer, path);
  }

  p2pOf(path: string): Map<string, P2pRecord> {
    return tableOf(this.p2p, path);
  }

  /** Thirty-two hexadecimal digits, as documents and rows are named. */
  newId(): string {
    return Array.from({ length: 32 }, () => this.random.whole(0, 15).toString(16)).join('');
  }

  tell(news: BaswareNews): void {
    this.news.emit('news', news);
  }

  /** Runs `run` once the clock has passed `delayMs` from now: at the next request, or when the time has come. */
  later(delayMs: number, run: () => void): void {
    this.#jobs.push({ dueAt: this.clock.now() + delayMs, run });
    if (delayMs > LATEST_TIMER_MS) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.runDue();
    }, delayMs + 1);
    this.#timers.add(timer);
  }

  /** Does the work in the background that is due, in the order it fell due. */
  runDue(): void {
    const now = this.clock.now();
    const due = this.#jobs.filter((job) => job.dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt);
    if (due.length === 0) return;
    this.#jobs = this.#jobs.filter((job) => job.dueAt > now);
    for (const job of due) job.run();
  }

  /** Forgets the work that is not yet due. */
  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#jobs = [];
  }
}

function tableOf<T>(tables: Map<string, Map<string, T>>, path: string): Map<string, T> {
  const known = tables.get(path);
  if (known !== undefined) return known;
  const made = new Map<string, T>();
  tables.set(path, made);
  return made;
}
