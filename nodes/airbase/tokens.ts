import { createHash } from 'node:crypto';
import { Temporal } from 'temporal-polyfill';
import type { JsonObject } from '../../runtime/connector/json';
import type { ConnectionSettings, SessionMemory } from '../../runtime/connector/system';
import { objectAt, textAt } from './members';

/** Days before the end of a token's life from which on it is warned about. */
const warnDays = 30;
const urgentDays = 7;

export interface TokenAge {
  /** It should be replaced soon. */
  readonly warning: boolean;
  readonly detail: string;
}

/** The token of a connection and the one that is to follow it, and what is known about them. */
export class Tokens {
  /** One or two; never the same twice. */
  readonly all: readonly string[];
  readonly #issued: string | undefined;
  readonly #maxAgeDays: number;
  #used: string | undefined;
  #refused: readonly string[] = [];
  #firstUse: Readonly<Record<string, string>> = {};

  constructor(settings: ConnectionSettings) {
    const given = ['token', 'tokenNext'].map((name) => String(settings[name] ?? ''));
    this.all = [...new Set(given.filter((token) => token !== ''))];
    this.#issued = typeof settings['tokenIssuedAt'] === 'string' ? settings['tokenIssuedAt'] : undefined;
    this.#maxAgeDays = Number(settings['tokenMaxAgeDays'] ?? 365);
  }

  /**
   * Airbase took this token, and refused those. The day of a token's first use outlives the process.
   * @param memory holds days by hashes, never a token
   */
  async took(token: string, refused: readonly string[], memory: SessionMemory, now: Date): Promise<void> {
    this.#used = token;
    this.#refused = refused;
    const known = await memory.load();
    const today = now.toISOString().slice(0, 10);
    const firstUse = Object.fromEntries(
      this.all.map((each) => [nameOf(each), textAt(objectAt(known, 'firstUse'), nameOf(each)) ?? today]),
    );
    this.#firstUse = firstUse;
    const saved: JsonObject = { ...known, firstUse };
    if (JSON.stringify(saved) !== JSON.stringify(known)) await memory.save(saved);
  }

  /** What a person should know about the rotation; undefined when there is nothing to do. */
  get rotation(): string | undefined {
    if (this.#refused.length === 0) return undefined;
    return 'Airbase refuses the token and the next one is in use: move it to the first place.';
  }

  /** What somebody should do about the tokens. */
  warnings(now: Date): readonly string[] {
    const { warning, detail } = this.age(now);
    return [...(warning ? [`the token is ${detail}`] : []), ...(this.rotation ? [this.rotation] : [])];
  }

  /** How old the token in use is, and whether it should be replaced soon. */
  age(now: Date): TokenAge {
    const token = this.#used ?? this.all[0] ?? '';
    const first = token === this.all[0];
    const since = (first ? this.#issued : undefined) ?? this.#firstUse[nameOf(token)];
    const today = now.toISOString().slice(0, 10);
    if (since === undefined) return { warning: false, detail: 'made today' };
    const days = Temporal.PlainDate.from(since).until(today, { largestUnit: 'days' }).days;
    const left = this.#maxAgeDays - days;
    const age = `${days} days old, of ${this.#maxAgeDays}`;
    if (left > warnDays) return { warning: false, detail: age };
    const how = 'Make another one in the portal, enter it as the next token, then revoke this one.';
    const when = left > 0 ? `${left <= urgentDays ? 'only ' : ''}${left} days left` : 'past its life';
    return { warning: true, detail: `${age}: ${when}. ${how}` };
  }
}

/** Names a token without telling it. */
function nameOf(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 16);
}
