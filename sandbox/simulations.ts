import type { Simulation, SimulationOptions } from './simulation';
import { simulateAcumaticaBill } from './worlds/acumatica-bill';
import { simulateEpicorAirbase } from './worlds/epicor-kinetic-airbase';
import { simulateEpicorAvid } from './worlds/epicor-kinetic-avidxchange';
import { simulateEpicorBasware } from './worlds/epicor-kinetic-basware';
import { simulateEpicorBill } from './worlds/epicor-kinetic-bill';

const SIMULATIONS: Readonly<Record<string, (options: SimulationOptions) => Promise<Simulation>>> = {
  'epicor-kinetic-bill': simulateEpicorBill,
  'epicor-kinetic-basware': simulateEpicorBasware,
  'epicor-kinetic-avidxchange': simulateEpicorAvid,
  'epicor-kinetic-airbase': simulateEpicorAirbase,
  'acumatica-bill': simulateAcumaticaBill,
};

/** Templates whose two systems can be simulated. */
export const SIMULATED = Object.keys(SIMULATIONS);

/** Starts the two systems of a template on the loopback address. Throws when they are not simulated. */
export function startSimulation(template: string, options: SimulationOptions = {}): Promise<Simulation> {
  const start = SIMULATIONS[template];
  if (start === undefined) {
    throw new Error(`The systems of ${template} are not simulated; those of ${SIMULATED.join(', ')} are.`);
  }
  return start(options);
}
