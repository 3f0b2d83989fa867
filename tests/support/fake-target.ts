import { setTimeout } from 'node:timers/promises';
import { SystemError } from '../../runtime/connector/errors';
import type { JsonObject } from '../../runtime/connector/json';
import type { OperationDeclaration } from '../../runtime/connector/manifest';
import type { Calls, Effect, HttpRequest, LookUp, Operation } from '../../runtime/connector/system';

/** A document that stands, or stood, in the target. */
export interface TargetDocument {
  readonly ref: string;
  readonly number: string;
  document: JsonObject;
  closed: boolean;
  /** Look-ups see it from then on, epoch ms. */
  readonly visibleAt?: number;
}

/** What happens to the next call with an effect. */
export type Fault =
  | 'none'
  /** Done, but the answer is lost. */
  | 'lose-answer'
  /** Not done, and nobody can tell. */
  | 'lose-request'
  /** Provably not done; may pass. */
  | 'unavailable'
  | 'rate-limited'
  | 'offline'
  | 'reject';

/** A system in memory that keeps bills by number, and can be made to fail. Says nothing about idempotency. */
export class FakeTarget {
  readonly documents: TargetDocument[] = [];
  readonly marks = new Set<string>();
  readonly calls: string[] = [];
  readonly faults: Fault[] = [];
  /** Look-ups that do not see the newest documents yet. */
  blindLookUps = 0;
  /** How long a call with an effect is on its way, and a new document hides from look-ups, milliseconds. */
  latency: () => number = () => 0;
  lagMs = 0;
  /** What look-ups answer, after the first `conflictAfter`. */
  conflictAfter = 0;
  conflict: { readonly reason: string; readonly detail: JsonObject; readonly absent?: boolean } | undefined;

  get live(): readonly TargetDocument[] {
    return this.documents.filter(({ closed }) => !closed);
  }

  countOf(name: string): number {
    return this.calls.filter((call) => call === name).length;
  }

  readonly client: Calls = {
    call: async (request) => {
      this.calls.push(request.name);
      if (request.effect === 'read') return answer(this.#find(request));
      await setTimeout(this.latency());
      const fault = this.faults.shift();
      if (fault && fault !== 'lose-answer' && fault !== 'none') throw failure(fault, request.name);
      const done = this.#apply(request);
      if (fault === 'lose-answer') throw failure(fault, request.name);
      return answer(done);
    },
  };

  #find(request: HttpRequest): JsonObject {
    if (this.blindLookUps > 0) {
      this.blindLookUps -= 1;
      return {};
    }
    const { number } = request.json as { number: string };
    const found = this.documents.findLast(
      (each) => each.number === number && (each.visibleAt ?? 0) <= Date.now(),
    );
    return found ? { ref: found.ref, closed: found.closed, document: found.document } : {};
  }

  #apply({ name, json }: HttpRequest): JsonObject {
    const body = json as JsonObject;
    const number = String(body['number']);
    if (name === 'create') {
      const ref = `T${this.documents.length + 1}`;
      this.documents.push({ ref, number, document: body, closed: false, visibleAt: Date.now() + this.lagMs });
      return { ref };
    }
    if (name === 'mark') {
      this.marks.add(number);
      return { ref: 'M' };
    }
    const standing = this.documents.findLast((each) => each.number === number);
    if (!standing) throw failure('reject', name);
    if (name === 'update') standing.document = body;
    if (name === 'complete') standing.document = { ...standing.document, ...body };
    if (name === 'close') standing.closed = true;
    return { ref: standing.ref };
  }
}

function answer(json: JsonObject) {
  return { status: 200, headers: {}, text: JSON.stringify(json), json };
}

const RECOVERIES = {
  none: 'retry',
  'lose-answer': 'ambiguous',
  'lose-request': 'ambiguous',
  unavailable: 'retry',
  'rate-limited': 'rate-limited',
  offline: 'configuration',
  reject: 'rejected',
} as const;

export function failure(fault: Fault, call: string): SystemError {
  return new SystemError({
    recovery: RECOVERIES[fault],
    code: `FAKE_${fault.toUpperCase().replace('-', '_')}`,
    text: `the target failed: ${fault}`,
    remedy: 'none',
    systemWords: fault === 'reject' ? 'the vendor is on strike' : undefined,
    waitMs: fault === 'rate-limited' ? 40 : undefined,
    call,
  });
}

const DECLARATION: OperationDeclaration = {
  title: 'Bill',
  help: '',
  document: {},
  effect: 'put',
  businessKey: 'number',
  material: ['number', 'amount', 'vendor'],
  nearKey: ['vendor', 'amount', 'number'],
  options: [],
};

export const DECLARATIONS = {
  put: DECLARATION,
  close: { ...DECLARATION, effect: 'close', nearKey: [] },
  act: { ...DECLARATION, effect: 'act' },
  reply: { ...DECLARATION, effect: 'act', reply: true },
} as const satisfies Record<string, OperationDeclaration>;

/** Makes one call for the whole effect. */
export function billOperation(target: FakeTarget): Operation {
  return {
    businessKey: (document) => `bill ${document['number']}`,
    lookUp: (document, { calls }) => lookUp(target, document, calls),
    create: (document, { calls }) => effect('create', document, calls),
    update: (_ref, document, _previous, { calls }) => effect('update', document, calls),
  };
}

/** Makes the head, remembers it, then completes it: what stands between is partial. */
export function billInTwoCalls(target: FakeTarget): Operation {
  return {
    ...billOperation(target),
    async lookUp(document, { calls }) {
      const found = await lookUp(target, document, calls);
      if (found.found !== 'present' || standing(target, document)?.['whole'] === true) return found;
      return { found: 'partial', ref: found.ref, missing: 'its lines' };
    },
    async create(document, { calls, remember }) {
      const { ref } = await effect('create', { ...document, whole: false }, calls);
      await remember({ ref });
      return effect('complete', { ...document, whole: true }, calls);
    },
    resume: (_partial, document, { calls }) => effect('complete', { ...document, whole: true }, calls),
  };
}

export function closeOperation(target: FakeTarget): Operation {
  return {
    businessKey: (document) => `bill ${document['number']}`,
    async lookUp(document) {
      const found = target.documents.findLast(({ number }) => number === document['number']);
      return found?.closed ? { found: 'present', ref: found.ref } : { found: 'absent' };
    },
    create: (document, { calls }) => effect('close', document, calls),
  };
}

/** Leaves a mark of its own, whether or not a bill stands. */
export function actOperation(target: FakeTarget): Operation {
  return {
    businessKey: (document) => `mark ${document['number']}`,
    async lookUp(document, { calls }) {
      await calls.call({ name: 'find', method: 'GET', url: '/marks', json: document, effect: 'read' });
      return target.marks.has(String(document['number']))
        ? { found: 'present', ref: 'M' }
        : { found: 'absent' };
    },
    create: (document, { calls }) => effect('mark', document, calls),
  };
}

function standing(target: FakeTarget, document: JsonObject): JsonObject | undefined {
  return target.documents.findLast(({ number }) => number === document['number'])?.document;
}

async function lookUp(target: FakeTarget, document: JsonObject, calls: Calls): Promise<LookUp> {
  const { json } = await calls.call({
    name: 'find',
    method: 'GET',
    url: '/bills',
    json: document,
    effect: 'read',
  });
  if (target.conflict && target.countOf('find') > target.conflictAfter)
    return { found: 'conflict', ...target.conflict };
  const { ref, closed } = json as { ref?: string; closed?: boolean };
  return ref === undefined || closed ? { found: 'absent' } : { found: 'present', ref };
}

async function effect(name: string, document: JsonObject, calls: Calls): Promise<Effect> {
  const { json } = await calls.call({ name, method: 'POST', url: '/bills', json: document, effect: 'once' });
  return { ref: (json as { ref: string }).ref, attributes: { currency: 'USD' } };
}
