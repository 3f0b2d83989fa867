import type { Store } from '../../ledger/store';

/** When each sync is to be read next. In the ledger, so that several runtimes read once and a restart resets nothing. */
export class DueTimes {
  constructor(private readonly store: Store) {}

  async get(sync: string): Promise<Date | undefined> {
    const { rows } = await this.store.query<{ next_due_at: Date }>(
      'select next_due_at from schedule where sync = $1',
      [sync],
    );
    return rows[0]?.next_due_at;
  }

  /** Takes the read that is due, if it still is: of several runtimes one gets it. */
  async claim(sync: string, now: Date, next: Date): Promise<boolean> {
    const { affected } = await this.store.query(
      `insert into schedule (sync, next_due_at) values ($1, $3)
       on conflict (sync) do update set next_due_at = excluded.next_due_at where schedule.next_due_at <= $2`,
      [sync, now.toISOString(), next.toISOString()],
    );
    return affected === 1;
  }

  async set(sync: string, at: Date): Promise<void> {
    await this.store.query(
      `insert into schedule (sync, next_due_at) values ($1, $2)
       on conflict (sync) do update set next_due_at = excluded.next_due_at`,
      [sync, at.toISOString()],
    );
  }
}
