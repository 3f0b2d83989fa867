import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../../runtime/connector/json';
import type { OperationDeclaration } from '../../runtime/connector/manifest';
import type { Calls, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import type { Attempt, WriteResult } from '../../runtime/delivery/protocol';
import type { Store } from '../../runtime/ledger/store';
import { openRuntime, type Runtime } from '../support/delivery';
import type { OperationSample, Stand } from './bench';
import { failed } from './check';
import {
  clientOperation,
  connect,
  type Line,
  type LineOptions,
  operationOf,
  optionsOf,
  standOf,
} from './line';
import type { Subject } from './subjects';

/** A call of an operation on its way to the system. */
export interface CallOnItsWay {
  readonly key: string;
  readonly request: HttpRequest;
  /** Counted from 1 among the calls for this record. */
  readonly nth: number;
  /** Counted from 1 among those with an effect; 0 for reads. */
  readonly nthEffect: number;
}

/** Stands between an operation and its connection. */
export type Around = (call: CallOnItsWay, send: () => Promise<HttpAnswer>) => Promise<HttpAnswer>;

export interface Settled {
  readonly state: 'confirmed' | 'parked' | 'ignored' | 'landed' | 'working';
  readonly reason: string | null;
  /** What a person is told. */
  readonly detail: JsonObject | null;
}

const straight: Around = (_call, send) => send();
/** Enough for a wait of ten seconds that cannot be shortened: a job that seems to be at work elsewhere. */
const mostLooks = 1_500;
let desks = 0;

/** Batches go as soon as the tests' own waits allow. */
function quicklyGathered({ batch, ...declared }: OperationDeclaration): OperationDeclaration {
  if (!batch) return declared;
  const { gatherMs: _, ...quick } = batch;
  return { ...declared, batch: quick };
}

/** One operation between a ledger and a simulation: lands documents, delivers them, is killed and opened again. */
export class Desk {
  readonly sync: string;
  readonly sample: OperationSample;
  readonly declared: OperationDeclaration;
  /** Calls made for each record, by its key. */
  readonly calls = new Map<string, CallOnItsWay[]>();
  readonly results = new Map<string, WriteResult[]>();
  /** Most attempts at one record that were at work at once. */
  mostPerKey = 0;
  around: Around = straight;
  readonly #atWork = new Map<string, number>();
  #runtime: Runtime | undefined;
  #line: Line | undefined;

  private constructor(
    readonly subject: Subject,
    readonly name: string,
    readonly stand: Stand,
    readonly store: Store,
    private readonly options: LineOptions,
  ) {
    desks += 1;
    this.sync = `conformance-${desks}`;
    const { sample, declared } = operationOf(subject, stand, name);
    this.sample = sample;
    this.declared = quicklyGathered(declared);
  }

  static async open(subject: Subject, name: string, store: Store, options: LineOptions = {}): Promise<Desk> {
    const desk = new Desk(subject, name, await standOf(subject), store, options);
    await desk.#begin();
    return desk;
  }

  /** Another ledger record for each document, under the given keys. */
  async land(documents: Readonly<Record<string, JsonObject>>): Promise<void> {
    const rows = Object.entries(documents).map(([key, data]) => ({ key, company: 'C1', data }));
    await this.runtime.delivery.land({ sync: this.sync, rows });
  }

  /** Lands and waits for the end. */
  async deliver(documents: Readonly<Record<string, JsonObject>>): Promise<Map<string, Settled>> {
    await this.land(documents);
    return this.rest();
  }

  /** Works on everything again. */
  async replay(): Promise<Map<string, Settled>> {
    await this.runtime.delivery.replay({ by: 'conformance', why: 'again', sync: this.sync });
    return this.rest();
  }

  /** Waits until nothing of the sync is left to do. Waits of the ledger for a later time are shortened. */
  async rest(): Promise<Map<string, Settled>> {
    for (let look = 0; look < mostLooks; look += 1) {
      const settled = await this.states();
      if ([...settled.values()].every(({ state }) => state !== 'landed' && state !== 'working'))
        return settled;
      await this.#hurry();
      await pause(15);
    }
    const open = [...(await this.states())].map(
      ([key, { state, reason }]) => `${key} ${state} ${reason ?? ''}`,
    );
    return failed(`it does not come to rest: ${open.join(', ')}`);
  }

  async states(): Promise<Map<string, Settled>> {
    const { rows } = await this.store.query<Settled & { source_key: string }>(
      'select source_key, state, reason, detail from record where sync = $1',
      [this.sync],
    );
    return new Map(rows.map(({ source_key, ...settled }) => [source_key, settled]));
  }

  /** Ends like a killed process, and begins again as another one: new runtime, new connection, same ledger. */
  async dieAndComeBack(): Promise<void> {
    await this.runtime.kill();
    // As after ten silent seconds: what the dead process had in work is free again.
    await this.store.query(
      `update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active'`,
    );
    this.around = straight;
    await this.#begin();
  }

  get line(): Line {
    return this.#line ?? failed('the desk is not open');
  }

  get runtime(): Runtime {
    return this.#runtime ?? failed('the desk is not open');
  }

  async #begin(): Promise<void> {
    const runtime = await openRuntime(this.store);
    const line = connect(this.subject, this.stand, { ...this.options, audit: runtime.ledger });
    this.#runtime = runtime;
    this.#line = line;
    await runtime.delivery.consume({
      sync: this.sync,
      window: 50,
      holdMs: 60_000,
      onAttempt: (attempt) => this.#counted(attempt.key, () => this.#work(runtime, line, attempt)),
    });
  }

  async #counted(key: string, work: () => Promise<void>): Promise<void> {
    const atWork = (this.#atWork.get(key) ?? 0) + 1;
    this.#atWork.set(key, atWork);
    this.mostPerKey = Math.max(this.mostPerKey, atWork);
    try {
      await work();
    } finally {
      this.#atWork.set(key, (this.#atWork.get(key) ?? 1) - 1);
    }
  }

  async #work(runtime: Runtime, line: Line, attempt: Attempt): Promise<void> {
    const result = await runtime.delivery.write({
      attempt,
      document: attempt.data,
      operationName: this.name,
      declaration: this.declared,
      operation: clientOperation(line, this.name),
      connection: this.subject.system,
      calls: this.#calls(line, attempt),
      sourceFiles: this.sample.files,
      options: optionsOf(this.declared.options, this.sample.options),
      mappingVersion: 'm1',
      closes: true,
      signal: new AbortController().signal,
    });
    this.results.set(attempt.key, [...(this.results.get(attempt.key) ?? []), result]);
  }

  #calls(line: Line, { key, id }: Attempt): Calls {
    const calls = line.connection.calls({ sync: this.sync, recordId: id });
    const made = this.calls.get(key) ?? [];
    this.calls.set(key, made);
    return {
      call: (request) => {
        const effects = made.filter(({ nthEffect }) => nthEffect > 0).length;
        const nthEffect = request.effect === 'read' ? 0 : effects + 1;
        const call = { key, request, nth: made.length + 1, nthEffect };
        made.push(call);
        return this.around(call, () => calls.call(request));
      },
    };
  }

  /** Time that the ledger gives a record before its next attempt passes at once. */
  async #hurry(): Promise<void> {
    await this.store.query(
      `update record set next_attempt_at = now() where sync = $1 and next_attempt_at > now() + interval '1 second'`,
      [this.sync],
    );
    // Its job may be put off a moment after the record.
    await this.store.query(
      `update pgboss.job set start_after = now()
       where state < 'active' and start_after > now() + interval '1 second'`,
    );
  }
}
