import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SystemManifest } from '../../../runtime/connector/manifest';
import { POLICIES } from '../../../runtime/delivery/policies';

// Loaded into a runtime by the fault runs only. The waits keep their order (a look-up comes after what a call may
// take, and after what a list may lag), but a run need not last minutes.
Object.assign(POLICIES, {
  settleMs: 300,
  callMs: 2_500,
  firstBackoffMs: 100,
  longestBackoffMs: 3_000,
  offlineMs: 300,
  sweepMs: 2_000,
});
const nodes = resolve(__dirname, '../../../nodes');
for (const name of readdirSync(nodes)) {
  const file = join(nodes, name, 'manifest.js');
  if (!existsSync(file)) continue;
  const { manifest } = require(file) as { manifest: SystemManifest };
  Object.assign(manifest.connection.timeouts, { readMs: 1_500, writeMs: 2_000 });
}
