import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { airbase } from './system';

export default function registerAirbase(RED: NodeAPI): void {
  registerSystem(RED, airbase);
}
