import type { Runtime } from '../runtime';

const EVERY_MS = 2_000;

/** Says every two seconds what has become of each sync, if anything has. */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  readonly #said = new Map<string, string>();

  constructor(
    private readonly runtime: Pick<Runtime, 'counts' | 'syncs'>,
    private readonly syncs: readonly string[],
    private readonly say: (text: string) => void,
  ) {
    this.#timer = setInterval(() => this.#tell(), EVERY_MS).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    for (const sync of this.syncs) {
      const line = this.#lineOf(sync);
      if (line === '' || line === this.#said.get(sync)) continue;
      this.#said.set(sync, line);
      this.say(`${sync}: ${line}`);
    }
  }

  #lineOf(sync: string): string {
    const { read, confirmed, updated, unchanged, ignored, parked } = this.runtime.counts.of(sync);
    const inFlight = this.runtime.syncs.get(sync)?.dedup?.inFlight ?? 0;
    const parts = {
      read,
      confirmed,
      updated,
      unchanged,
      ignored: sum(ignored),
      parked: sum(parked),
      'in flight': inFlight,
    };
    return Object.entries(parts)
      .filter(([, n]) => n > 0)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ');
  }
}

function sum(byReason: Readonly<Record<string, number>>): number {
  return Object.values(byReason).reduce((total, n) => total + n, 0);
}
