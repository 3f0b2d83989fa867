import { type Intent, type IntentRow, intentOf } from './intents';
import type { Ledger } from './ledger';

/** The writes of a record whose outcome is not known, oldest first. */
export async function openIntentsOf(ledger: Ledger, recordId: string): Promise<readonly Intent[]> {
  const { rows } = await ledger.store.query<IntentRow>(
    `select * from intent where record_id = $1 and state in ('sent', 'unknown') order by sent_at, id`,
    [recordId],
  );
  return rows.map((row) => intentOf(row, ledger));
}
