import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { epicorKinetic } from './system';

export default function registerEpicorKinetic(RED: NodeAPI): void {
  registerSystem(RED, epicorKinetic);
}
