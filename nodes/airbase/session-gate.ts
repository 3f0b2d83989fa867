/** Lets one load of master data through at a time: Airbase has one session for the whole tenant. */
export class SessionGate {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work when all that came before is done. */
  through<Result>(work: () => Promise<Result>): Promise<Result> {
    const run = this.#last.then(work, work);
    this.#last = run;
    return run;
  }
}
