import type { NodeStatus } from 'node-red';

/** At most two changes a second reach the editor; the last one always does. */
const APART_MS = 500;

/** The badge under a node on the canvas. */
export class StatusBadge {
  #shown = '';
  #next: NodeStatus | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly node: { status(status: NodeStatus): void }) {}

  idle(text = ''): void {
    this.#want(text === '' ? {} : { fill: 'grey', shape: 'ring', text });
  }

  working(text: string): void {
    this.#want({ fill: 'blue', shape: 'dot', text });
  }

  done(text: string): void {
    this.#want({ fill: 'green', shape: 'dot', text });
  }

  waiting(text: string): void {
    this.#want({ fill: 'yellow', shape: 'ring', text });
  }

  failed(text: string): void {
    this.#want({ fill: 'red', shape: 'ring', text });
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#next = undefined;
    this.node.status({});
  }

  #want(status: NodeStatus): void {
    this.#next = status;
    this.#timer ??= this.#show();
  }

  /** Shows what is wanted now, and opens the pause in which further changes gather. */
  #show(): NodeJS.Timeout | undefined {
    const next = this.#next;
    this.#next = undefined;
    if (!next) return undefined;
    const text = JSON.stringify(next);
    if (text !== this.#shown) this.node.status(next);
    this.#shown = text;
    return setTimeout(() => {
      this.#timer = this.#show();
    }, APART_MS).unref();
  }
}
