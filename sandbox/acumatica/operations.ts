import type { Clock } from '../clock';
import { AcumaticaRefusal, httpError, sessionBusy } from './refusal';
import type { Session } from './sessions';
import type { AcumaticaSwitches } from './switches';

interface Operation {
  readonly id: string;
  readonly session: Session;
  readonly dueAt: number;
  readonly run: () => void;
  outcome: 'running' | 'done' | AcumaticaRefusal;
}

/** Actions that run in the background of a session, and can be asked how they are. */
export class Operations {
  readonly #all = new Map<string, Operation>();
  #running: Operation[] = [];

  constructor(
    private readonly switches: AcumaticaSwitches,
    private readonly clock: Clock,
  ) {}

  /** Starts an action; gives the id to ask by. */
  start(session: Session, run: () => void): string {
    const id = crypto.randomUUID();
    const operation: Operation = {
      id,
      session,
      dueAt: this.clock.now() + this.switches.actionMs,
      run,
      outcome: 'running',
    };
    this.#all.set(id, operation);
    this.#running.push(operation);
    return id;
  }

  /** 202 while it runs, 204 when it is done; throws what made it fail, or 404 to another session. */
  status(session: Session, id: string): 202 | 204 {
    const operation = this.#all.get(id);
    if (operation === undefined || operation.session !== session) {
      throw httpError(404, 'The operation cannot be found.');
    }
    if (operation.outcome instanceof AcumaticaRefusal) throw operation.outcome;
    return operation.outcome === 'running' ? 202 : 204;
  }

  /** Refuses anything else in a session in which an action still runs. */
  needIdle(session: Session): void {
    if (this.switches.actionBlocks === 'nothing') return;
    if (this.#running.some((operation) => operation.session === session)) throw sessionBusy();
  }

  /** Ends what is due by now. */
  runDue(): void {
    this.#end((operation) => operation.dueAt <= this.clock.now());
  }

  /** Ends everything, due or not: the books are then as they will be. */
  runAll(): void {
    this.#end(() => true);
  }

  #end(due: (operation: Operation) => boolean): void {
    const ending = this.#running.filter(due);
    if (ending.length === 0) return;
    this.#running = this.#running.filter((operation) => !ending.includes(operation));
    for (const operation of ending) {
      try {
        operation.run();
        operation.outcome = 'done';
      } catch (error) {
        if (!(error instanceof AcumaticaRefusal)) throw error;
        operation.outcome = new AcumaticaRefusal(this.switches.failedStatus, error.body, {}, error.message);
      }
    }
  }
}
