import { manifest as bill } from '../../../nodes/bill/manifest';
import { manifest as epicorKinetic } from '../../../nodes/epicor-kinetic/manifest';
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
for (const { connection } of [bill, epicorKinetic]) {
  Object.assign(connection.timeouts, { readMs: 1_500, writeMs: 2_000 });
}
