import { type AirbaseAnswer, type AirbaseCall, type AirbaseRoute, objectOf, ok } from './handler';
import { type AirbaseRefusal, detail } from './refusal';
import type { AirbaseTenant } from './tenant';

const NO_SESSION = 'No active sync session found.';

/** The session that loads of master data belong into: one at a time for a tenant. */
export class SyncSession {
  #until = 0;
  /** Sessions that were opened, and completed. */
  started = 0;
  completed = 0;

  constructor(private readonly tenant: AirbaseTenant) {}

  routes(): AirbaseRoute[] {
    const run = {
      post: (call: AirbaseCall) => this.#start(call),
      patch: (call: AirbaseCall) => this.#end(call),
    };
    return [{ path: '/v1/accounting/entity/sync/', run }];
  }

  get active(): boolean {
    return this.tenant.clock.now() < this.#until;
  }

  /** Refuses a load that comes outside of a session, where one is needed. */
  need(): void {
    const { sessions } = this.tenant.switches;
    if (sessions === 'needed' && !this.active) throw this.#none(this.tenant.switches.sessionRefusal);
  }

  #start(call: AirbaseCall): AirbaseAnswer {
    needAction(call, 'START');
    const { sessions, sessionLifeMs } = this.tenant.switches;
    if (sessions === 'onboarded') throw detail(409, 'Onboarding has been completed already.');
    if (this.active) throw detail(409, 'A sync session is active already.');
    this.#until = this.tenant.clock.now() + sessionLifeMs;
    this.started += 1;
    return ok({ status: 'started' });
  }

  #end(call: AirbaseCall): AirbaseAnswer {
    needAction(call, 'COMPLETE');
    if (!this.active) throw this.#none(404);
    this.#until = 0;
    this.completed += 1;
    return ok({ status: 'completed' });
  }

  #none(status: number): AirbaseRefusal {
    return detail(status, NO_SESSION);
  }
}

function needAction(call: AirbaseCall, wanted: string): void {
  const { action } = objectOf(call);
  if (action !== wanted) throw detail(400, `"${String(action)}" is not a valid action.`);
}
