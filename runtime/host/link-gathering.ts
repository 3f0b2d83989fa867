import type { LinkFacts } from '../ledger/links';
import type { Store } from '../ledger/store';

interface Question {
  readonly sync: string;
  readonly company: string;
  readonly key: string;
}

interface Waiting extends Question {
  readonly resolve: (link: LinkFacts | undefined) => void;
  readonly reject: (error: unknown) => void;
}

interface LinkLine extends LinkFacts {
  readonly n: number;
  readonly company: string;
}

const LARGEST_BATCH = 500;

/**
 * Looks links up for many mappings at once: while one query is under way the questions of the next gather. A query
 * for each would be most of what the store does, because every line of a document asks for its account.
 */
export class LinkGathering {
  #waiting: Waiting[] = [];
  #running = false;

  constructor(private readonly store: Pick<Store, 'query'>) {}

  /** The live link of a source key, chosen by company as `findLink` does. */
  find(sync: string, company: string, key: string): Promise<LinkFacts | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ sync, company, key, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#running = true;
    // Questions of the same turn of the event loop belong together.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#ask(this.#waiting.splice(0, LARGEST_BATCH));
    this.#running = false;
  }

  async #ask(batch: readonly Waiting[]): Promise<void> {
    const questions = [...new Map(batch.map((each) => [nameOf(each), each])).values()];
    try {
      const links = await this.#query(questions);
      for (const each of batch) each.resolve(links.get(nameOf(each)));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #query(questions: readonly Question[]): Promise<ReadonlyMap<string, LinkFacts>> {
    const asked = questions.map(({ sync, company, key }, n) => ({ n, sync, company, key }));
    const { rows } = await this.store.query<LinkLine>(
      `select x.n, l.ref, l.attributes, l.company
         from json_to_recordset($1::json) as x(n integer, sync text, company text, key text)
         join link l on l.sync = x.sync and l.source_key = x.key and l.closed_at is null`,
      [JSON.stringify(asked)],
    );
    const byQuestion = Map.groupBy(rows, ({ n }) => n);
    return new Map(
      questions.flatMap((question, n) => {
        const found = byQuestion.get(n) ?? [];
        const own =
          found.find(({ company }) => company === question.company) ??
          (found.length === 1 ? found[0] : undefined);
        return own ? [[nameOf(question), { ref: own.ref, attributes: own.attributes }] as const] : [];
      }),
    );
  }
}

function nameOf({ sync, company, key }: Question): string {
  return JSON.stringify([sync, company, key]);
}
