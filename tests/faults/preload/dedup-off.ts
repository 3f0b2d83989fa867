import * as landingPlan from '../../../runtime/delivery/landing-plan';

// A version that was seen before lands as if it were new.
const { decideLanding } = landingPlan;
Object.assign(landingPlan, {
  decideLanding: ((row, known, retryParked) => {
    const decision = decideLanding(row, known, retryParked);
    return decision.act === 'unchanged' && row.ignore === undefined && known?.state !== 'working'
      ? { act: 'again', state: 'landed', requeued: true }
      : decision;
  }) satisfies typeof decideLanding,
});
