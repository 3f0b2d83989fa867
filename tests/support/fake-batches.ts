import { setTimeout } from 'node:timers/promises';
import {
  type BatchAnswer,
  type BatchedWrite,
  type BatchItem,
  type BatchResult,
  onlyInBatches,
} from '../../runtime/connector/batch';
import type { JsonObject } from '../../runtime/connector/json';
import type { BatchDeclaration, OperationDeclaration } from '../../runtime/connector/manifest';
import type { Calls, HttpRequest, Operation } from '../../runtime/connector/system';
import { billOperation, DECLARATIONS, type FakeTarget, failure } from './fake-target';

/** A batch as the target got it. It takes the same id twice, and then makes everything twice. */
export interface FakeBatch {
  readonly externalId: string;
  readonly numbers: readonly string[];
  /** Processed, and seen by look-ups, from then on, epoch ms. */
  readonly doneAt: number;
  readonly visibleAt: number;
  readonly results: readonly FakeResult[];
}

type FakeResult = { readonly id: string } & ({ readonly ref: string } | { readonly error: string });

/** The side of a `FakeTarget` that takes bills by the batch. */
export class FakeBatches {
  readonly taken: FakeBatch[] = [];
  /** How long a batch is being processed, milliseconds. */
  processMs: () => number = () => 0;
  /** Numbers that are refused, each with the rest of its batch where it is atomic. */
  readonly refused = new Set<string>();
  /** Whether a batch that is refused as a whole says because of which documents. */
  namesRefused = true;
  /** Numbers that answers leave out. */
  readonly silent = new Set<string>();
  /** Called with every batch before anything else happens to it. */
  onSend: (externalId: string) => Promise<void> = async () => {};

  constructor(
    readonly target: FakeTarget,
    readonly atomic = false,
  ) {}

  get sizes(): readonly number[] {
    return this.taken.map(({ numbers }) => numbers.length);
  }

  readonly client: Calls = {
    call: async (request) => {
      if (request.name === 'find-batch') {
        this.target.calls.push(request.name);
        return answer(this.#find(String((request.json as JsonObject)['externalId'])));
      }
      if (request.name !== 'send-batch') return this.target.client.call(request);
      this.target.calls.push(request.name);
      const { externalId } = request.json as { externalId: string };
      await this.onSend(externalId);
      await setTimeout(this.target.latency());
      const fault = this.target.faults.shift();
      if (fault && fault !== 'lose-answer' && fault !== 'none') throw failure(fault, request.name);
      const taken = this.#take(request);
      if (fault === 'lose-answer') throw failure(fault, request.name);
      return answer(taken);
    },
  };

  #find(externalId: string): JsonObject {
    const batch = this.taken.find((each) => each.externalId === externalId);
    return batch && batch.visibleAt <= Date.now() ? this.#stateOf(batch) : {};
  }

  #take({ json }: HttpRequest): JsonObject {
    const { externalId, items } = json as unknown as {
      externalId: string;
      items: readonly { readonly id: string; readonly ref?: string; readonly document: JsonObject }[];
    };
    const numbers = items.map(({ document }) => String(document['number']));
    const bad = items.filter((_, index) => this.refused.has(numbers[index] ?? ''));
    if (this.atomic && bad.length > 0) {
      if (this.namesRefused) return { refused: bad.map(({ id }) => id) };
      throw failure('reject', 'send-batch');
    }
    const doneAt = Date.now() + this.processMs();
    const visibleAt = Date.now() + this.target.lagMs;
    const results = items.map(({ id, ref, document }, index): FakeResult => {
      const number = numbers[index] ?? '';
      if (this.refused.has(number)) return { id, error: 'the vendor is on strike' };
      return { id, ref: this.#write(ref, number, document, Math.max(doneAt, visibleAt)) };
    });
    const batch = { externalId, numbers, doneAt, visibleAt, results };
    this.taken.push(batch);
    return this.#stateOf(batch);
  }

  #write(ref: string | undefined, number: string, document: JsonObject, visibleAt: number): string {
    const { documents } = this.target;
    const standing = documents.find((each) => each.ref === ref);
    if (standing) {
      standing.document = document;
      return standing.ref;
    }
    const made = { ref: `T${documents.length + 1}`, number, document, closed: false, visibleAt };
    documents.push(made);
    return made.ref;
  }

  #stateOf({ doneAt, numbers, results }: FakeBatch): JsonObject {
    if (doneAt > Date.now()) return { state: 'processing' };
    const said = results.filter((_, index) => !this.silent.has(numbers[index] ?? ''));
    return { state: 'done', results: said as unknown as JsonObject[] };
  }
}

function answer(json: JsonObject) {
  return { status: 200, headers: {}, text: JSON.stringify(json), json };
}

export function batchDeclaration(batch: Partial<BatchDeclaration> = {}): OperationDeclaration {
  return { ...DECLARATIONS.put, batch: { size: 5, atomic: false, updates: true, ...batch } };
}

/** Bills by the batch; a single one may be looked up by its number. */
export function batchedBills(batches: FakeBatches, more: Partial<BatchedWrite> = {}): Operation {
  const { update: _, ...single } = billOperation(batches.target);
  return {
    ...single,
    create: onlyInBatches,
    batch: {
      async send(items, { calls, externalId }) {
        const { json } = await calls.call({
          name: 'send-batch',
          method: 'POST',
          url: '/bills/batches',
          json: { externalId, items: items.map(bodyOf) },
          effect: 'once',
        });
        return answerOf(json as JsonObject);
      },
      async lookUp(_items, { calls, externalId }) {
        const { json } = await calls.call({
          name: 'find-batch',
          method: 'GET',
          url: '/bills/batches',
          json: { externalId },
          effect: 'read',
        });
        const found = json as JsonObject;
        return found['state'] === undefined ? { status: 'absent' } : answerOf(found);
      },
      ...more,
    },
  };
}

function bodyOf({ id, linked, document }: BatchItem): JsonObject {
  return { id, document, ...(linked ? { ref: linked.ref } : {}) };
}

function answerOf(json: JsonObject): BatchAnswer {
  const { state, results, refused } = json as unknown as {
    state?: string;
    results?: readonly FakeResult[];
    refused?: readonly string[];
  };
  if (refused) {
    const message = 'the vendor is on strike';
    return { status: 'done', results: refused.map((id) => ({ id, outcome: 'refused', message })) };
  }
  if (state === 'processing') return { status: 'pending', lookInMs: 30, why: 'the batch is being processed' };
  return { status: 'done', results: (results ?? []).map(resultOf) };
}

function resultOf(result: FakeResult): BatchResult {
  if ('ref' in result) return { id: result.id, outcome: 'done', ref: result.ref };
  return { id: result.id, outcome: 'refused', code: 'VendorOnStrike', message: result.error };
}
