import type { NodeAPI } from 'node-red';
import { registerSystem } from '../pipeline/system-nodes';
import { basware } from './system';

export default function registerBasware(RED: NodeAPI): void {
  registerSystem(RED, basware);
}
