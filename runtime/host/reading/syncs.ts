import { ConfigurationError } from '../../connector/errors';
import type { ReadTotals } from './read-pass';

/** A sync as its config node says. */
export interface SyncSettings {
  readonly name: string;
  /** Ids of the connection nodes. */
  readonly source: string;
  readonly target: string;
  readonly stream: string;
  /** Names of the syncs that are to be read and worked before this one. */
  readonly after: readonly string[];
  /** JSONata over a row: rows that give the same are worked on one after the other. Empty: the row's key. */
  readonly orderKey: string;
  /** Records worked on at once; undefined follows from the target. */
  readonly window: number | undefined;
  readonly holdMs: number;
  /** Reason under which a record of another sync parks that misses a link of this one. */
  readonly missingReason: string | undefined;
}

/** The read node of a sync, as the console and the command line see it. */
export interface LiveRead {
  readNow(full?: boolean): Promise<ReadTotals>;
  readonly nextReadAt: Date | undefined;
  readonly lastReadAt: Date | undefined;
  /** Why it cannot read, in a person's words. */
  readonly fault: string | undefined;
}

/** The dedup node of a sync. */
export interface LiveDedup {
  /** Records in the flow. */
  readonly inFlight: number;
  readonly fault: string | undefined;
}

export interface LiveSync {
  readonly settings: SyncSettings;
  readonly read: LiveRead | undefined;
  readonly dedup: LiveDedup | undefined;
}

interface Entry {
  readonly definitions: Set<SyncSettings>;
  readonly reads: Set<LiveRead>;
  readonly dedups: Set<LiveDedup>;
}

/** Nodes of the canvas that live at this moment, by the sync they belong to. */
export class Syncs {
  readonly #entries = new Map<string, Entry>();

  /** Each returns the way to take the node out again, for its close. */
  define(settings: SyncSettings): () => void {
    return this.#add(settings.name, 'definitions', settings);
  }

  addRead(sync: string, read: LiveRead): () => void {
    return this.#add(sync, 'reads', read);
  }

  addDedup(sync: string, dedup: LiveDedup): () => void {
    return this.#add(sync, 'dedups', dedup);
  }

  /**
   * Asked once all nodes of a start exist. Two of a kind would read one cursor or hand out one record twice, so
   * then neither may run.
   * @throws ConfigurationError
   */
  refuseClash(sync: string): void {
    const entry = this.#entries.get(sync);
    const kinds = [
      ['settings of the name', entry?.definitions],
      ['enabled read nodes of', entry?.reads],
      ['enabled dedup nodes of', entry?.dedups],
    ] as const;
    for (const [kind, nodes] of kinds) {
      if ((nodes?.size ?? 0) < 2) continue;
      throw new ConfigurationError(
        'SYNC_CLASH',
        `There are ${nodes?.size} ${kind} "${sync}"; none of them runs.`,
        sync,
        'Delete or disable all but one, or give the copy a sync of its own, and deploy.',
      );
    }
  }

  get(sync: string): LiveSync | undefined {
    const entry = this.#entries.get(sync);
    const settings = entry && only(entry.definitions);
    return settings && { settings, read: only(entry.reads), dedup: only(entry.dedups) };
  }

  /** In the order in which they depend on each other. */
  all(): readonly LiveSync[] {
    const live = [...this.#entries.keys()].flatMap((name) => this.get(name) ?? []);
    return inOrder(
      live,
      ({ settings }) => settings.name,
      ({ settings }) => settings.after,
    );
  }

  /** Higher for what stands later in the chain: payments before bills before master data, when calls are scarce. */
  priorityOf(sync: string): number {
    const depth = (name: string, path: ReadonlySet<string>): number => {
      const after = path.has(name) ? [] : (this.get(name)?.settings.after ?? []);
      return Math.max(0, ...after.map((before) => 1 + depth(before, new Set([...path, name]))));
    };
    return depth(sync, new Set());
  }

  #add<Kind extends keyof Entry>(
    sync: string,
    kind: Kind,
    node: Entry[Kind] extends Set<infer Node> ? Node : never,
  ): () => void {
    const entry = this.#entries.get(sync) ?? { definitions: new Set(), reads: new Set(), dedups: new Set() };
    this.#entries.set(sync, entry);
    const nodes = entry[kind] as Set<unknown>;
    nodes.add(node);
    return () => nodes.delete(node);
  }
}

function only<Node>(nodes: ReadonlySet<Node>): Node | undefined {
  return nodes.size === 1 ? nodes.values().next().value : undefined;
}

/**
 * Sorts so that everything comes after what it waits for, otherwise as it was. A name that is not there is no
 * reason to wait; a circle is worked in the order given.
 */
export function inOrder<Item>(
  items: readonly Item[],
  nameOf: (item: Item) => string,
  after: (item: Item) => readonly string[],
): readonly Item[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  const placed = new Set<Item>();
  const place = (item: Item, path: ReadonlySet<Item>) => {
    if (placed.has(item) || path.has(item)) return;
    for (const name of after(item)) {
      const before = byName.get(name);
      if (before) place(before, new Set([...path, item]));
    }
    placed.add(item);
  };
  for (const item of items) place(item, new Set());
  return [...placed];
}
