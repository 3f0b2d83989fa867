import type { NodeAPI } from 'node-red';
import { registerAudit } from './audit-node';
import { registerDedup } from './dedup-node';
import { registerMap } from './map-node';
import { registerReplay } from './replay-node';
import { registerSync } from './sync-node';

/** What every flow shares, whichever systems it connects. */
export default function registerPipeline(RED: NodeAPI): void {
  registerSync(RED);
  registerDedup(RED);
  registerMap(RED);
  registerAudit(RED);
  registerReplay(RED);
}
