import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { bill } from './system';

export default function registerBill(RED: NodeAPI): void {
  registerSystem(RED, bill);
}
