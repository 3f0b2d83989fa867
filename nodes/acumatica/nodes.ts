import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { acumatica } from './system';

export default function registerAcumatica(RED: NodeAPI): void {
  registerSystem(RED, acumatica);
}
