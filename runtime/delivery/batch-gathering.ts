import type { BatchedWrite } from '../connector/batch';
import type { BatchDeclaration } from '../connector/manifest';
import { hashJson } from '../ledger/canonical-json';
import type { Link } from '../ledger/links';
import type { HandingOut, HeldAttempt } from './held-attempt';
import type { Wish } from './new-intent';
import type { Policies } from './policies';
import type { WriteResult } from './protocol';
import type { Target } from './target';

/** An operation that writes in batches, and how. */
export interface BatchTarget extends Target {
  readonly batch: BatchedWrite;
  readonly batchDeclaration: BatchDeclaration;
}

/** A document that waits for others to go out with. */
export interface Gathered {
  readonly held: HeldAttempt;
  readonly target: BatchTarget;
  readonly wish: Wish;
  /** What an update changes. */
  readonly link: Link | undefined;
  /** Success settles the record. */
  readonly closes: boolean;
  readonly resolve: (result: WriteResult | Promise<WriteResult>) => void;
  readonly reject: (error: unknown) => void;
}

export interface GatheringParts {
  readonly policies: Policies;
  readonly now: () => Date;
  /** Sends the documents and settles each. Never rejects. */
  readonly send: (gathered: readonly Gathered[]) => void;
}

interface Forming {
  readonly gathered: Gathered[];
  readonly since: number;
  weight: number;
  timer: NodeJS.Timeout | undefined;
}

/** The operation as one that takes this write in a batch; undefined when it does not. */
export function batchTargetOf(target: Target, wish: Wish): BatchTarget | undefined {
  const { batch } = target.operation;
  const batchDeclaration = target.declaration.batch;
  if (!batch || !batchDeclaration) return undefined;
  if (wish.effect === 'update' && !batchDeclaration.updates) return undefined;
  return { ...target, batch, batchDeclaration };
}

/**
 * Gathers documents of one sync, company, operation and set of options until the batch is full, until no other has
 * come for a while, or until no other can come because all that the window allows wait here.
 */
export class Gathering {
  readonly #parts: GatheringParts;
  readonly #forming = new Map<string, Forming>();

  constructor(parts: GatheringParts) {
    this.#parts = parts;
  }

  /** Resolves with what became of this document, whatever becomes of the others. */
  write(document: Omit<Gathered, 'resolve' | 'reject'>): Promise<WriteResult> {
    const { promise, resolve, reject } = Promise.withResolvers<WriteResult>();
    this.#add({ ...document, resolve, reject });
    return promise;
  }

  #add(document: Gathered): void {
    const { held, target, wish } = document;
    const { batch, batchDeclaration } = target;
    const name = nameOf(document);
    const weight = batch.weigh?.(wish.document) ?? 0;
    const standing = this.#forming.get(name);
    if (standing && standing.weight + weight > (batchDeclaration.maxWeight ?? Infinity)) this.#go(name);

    const forming = this.#forming.get(name) ?? this.#begin(name);
    forming.gathered.push(document);
    forming.weight += weight;
    held.gathered = true;
    if (forming.gathered.length >= sizeOf(target)) this.#go(name);
    else if (held.consumer.allGathered) this.#goAllOf(held.consumer);
    else this.#wait(name, forming, batchDeclaration);
  }

  #begin(name: string): Forming {
    const forming: Forming = { gathered: [], since: this.#time(), weight: 0, timer: undefined };
    this.#forming.set(name, forming);
    return forming;
  }

  #wait(name: string, forming: Forming, { gatherMs }: BatchDeclaration): void {
    const { policies } = this.#parts;
    const left = forming.since + policies.longestGatherMs - this.#time();
    clearTimeout(forming.timer);
    forming.timer = setTimeout(() => this.#go(name), Math.min(gatherMs ?? policies.gatherMs, left)).unref();
  }

  #goAllOf(consumer: HandingOut): void {
    for (const [name, { gathered }] of this.#forming) {
      if (gathered.some(({ held }) => held.consumer === consumer)) this.#go(name);
    }
  }

  #go(name: string): void {
    const forming = this.#forming.get(name);
    if (!forming) return;
    this.#forming.delete(name);
    clearTimeout(forming.timer);
    for (const { held } of forming.gathered) held.gathered = false;
    this.#parts.send(forming.gathered);
  }

  #time(): number {
    return this.#parts.now().getTime();
  }
}

function nameOf({ held, target }: Gathered): string {
  const { sync, company } = held.claim;
  return JSON.stringify([
    sync,
    company,
    target.connection,
    target.operationName,
    hashJson({ ...target.options }),
  ]);
}

function sizeOf({ batchDeclaration, options }: BatchTarget): number {
  const { size, field } = batchDeclaration;
  const chosen = field === undefined ? undefined : options[field];
  return typeof chosen === 'number' && chosen >= 1 ? chosen : size;
}
