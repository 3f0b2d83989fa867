import type { JsonObject } from '../../runtime/connector/json';
import type { ReadContext } from '../../runtime/connector/system';
import { type AvidConnection, urlOf } from './connection';
import { readAll } from './list-reader';
import { textAt } from './members';

const most = 50;
const gatherMs = 15;

interface Asked {
  readonly context: ReadContext;
  readonly keys: Set<string>;
  readonly found: Promise<ReadonlyMap<string, JsonObject>>;
}

/** Fetches single payments, those that are asked for at the same moment with one call. */
export class PaymentFetch {
  readonly #avid: AvidConnection;
  #gathering: Asked | undefined;

  constructor(avid: AvidConnection) {
    this.#avid = avid;
  }

  /** The payment as AvidXchange has it now; undefined when it is gone. @throws SystemError */
  async get(id: string, context: ReadContext): Promise<JsonObject | undefined> {
    const asked = this.#gathering ?? this.#gather(context);
    asked.keys.add(id);
    if (asked.keys.size >= most) this.#gathering = undefined;
    return (await asked.found).get(id);
  }

  #gather(context: ReadContext): Asked {
    const keys = new Set<string>();
    const asked: Asked = { context, keys, found: this.#fetch(keys, context) };
    // Whoever asked hears of a failure; nobody may be left who does.
    asked.found.catch(() => undefined);
    this.#gathering = asked;
    return asked;
  }

  async #fetch(keys: ReadonlySet<string>, { calls }: ReadContext): Promise<ReadonlyMap<string, JsonObject>> {
    await this.#avid.clock.wait(gatherMs);
    if (this.#gathering?.keys === keys) this.#gathering = undefined;
    const rows = await readAll(this.#avid, calls, {
      name: 'get-payments',
      url: urlOf(this.#avid, 'paymentsPath'),
      query: { [this.#avid.name('paymentParameter')]: [...keys].join(',') },
      pageSize: 500,
    });
    return new Map(
      rows.flatMap((row) => {
        const id = textAt(row, this.#avid.fieldNames.get('payment.PaymentId') ?? 'PaymentId');
        return id === undefined ? [] : [[id, row] as const];
      }),
    );
  }
}
