import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { avidxchange } from './system';

export default function registerAvidXchange(RED: NodeAPI): void {
  registerSystem(RED, avidxchange);
}
