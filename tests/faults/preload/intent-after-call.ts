import { Settler } from '../../../runtime/delivery/settler';
import type { Step } from '../../../runtime/delivery/step';

// A new intent is written only together with the next step of its attempt, which is after the call.
const take = Settler.prototype.take;
const late = new WeakMap<Step['held'], Step>();
Settler.prototype.take = async function (this: Settler, step: Step): Promise<void> {
  const { held } = step;
  if (step.open && !step.intent) {
    late.set(held, step);
    return;
  }
  const opening = late.get(held);
  late.delete(held);
  if (opening) await take.call(this, opening);
  await take.call(this, step);
};
