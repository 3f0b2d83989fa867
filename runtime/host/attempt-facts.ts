import type { Attempt, AttemptRef } from '../delivery/protocol';
import type { RecordFacts } from '../mapping/functions';

/** More than all windows together can have in the flow at once. */
const REMEMBERED = 20_000;

/**
 * What mappings ask about the records in the flow. It stays here, by attempt, and not in the message: a message
 * can be made up or edited on its way.
 */
export class AttemptFacts {
  readonly #facts = new Map<string, RecordFacts>();

  remember({ company, key, sync, sent, ref, id, attempt }: Attempt): RecordFacts {
    const facts = { sync, company, key, sent, ...(ref === undefined ? {} : { ref }) };
    this.#keep(`${id} ${attempt}`, facts);
    return facts;
  }

  /** A write has linked the record: later mappings of the same message see that. */
  noteSent(attempt: AttemptRef, ref: string): void {
    const known = this.of(attempt);
    if (known) this.#keep(`${attempt.id} ${attempt.attempt}`, { ...known, sent: true, ref });
  }

  of(attempt: AttemptRef): RecordFacts | undefined {
    return this.#facts.get(`${attempt.id} ${attempt.attempt}`);
  }

  #keep(name: string, facts: RecordFacts): void {
    this.#facts.set(name, facts);
    const oldest = this.#facts.keys().next();
    if (this.#facts.size > REMEMBERED && !oldest.done) this.#facts.delete(oldest.value);
  }
}
