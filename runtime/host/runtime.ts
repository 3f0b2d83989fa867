import type { Clock } from '../connector/clock';
import type { JsonObject } from '../connector/json';
import type { Limiter } from '../connector/limiter';
import type { Log } from '../connector/log';
import type { FieldDeclaration } from '../connector/manifest';
import type { Delivery } from '../delivery/protocol';
import type { Ledger } from '../ledger/ledger';
import type { Store } from '../ledger/store';
import type { Lookups } from '../mapping/functions';
import type { ProgramRunner } from '../mapping/program';
import type { AttemptFacts } from './attempt-facts';
import type { Connections } from './connections/connections';
import type { WebhookEndpoints } from './connections/webhook-endpoints';
import type { HostEnvironment } from './environment';
import type { DueTimes } from './reading/due-times';
import type { Pages } from './reading/pages';
import type { SyncCounts } from './reading/sync-counters';
import type { Syncs } from './reading/syncs';

/** Everything the nodes work with; they reach it as `RED.settings.mlConnector`. */
export interface Runtime {
  readonly environment: HostEnvironment;
  /** `once`: nothing reads by itself, the command asks each sync in turn. */
  readonly mode: 'continuous' | 'once';
  readonly startedAt: Date;
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
  readonly ledger: Ledger;
  readonly delivery: Delivery;
  readonly limiter: Limiter;
  readonly lookups: Lookups;
  /** Where expressions run. */
  readonly programs: ProgramRunner;
  readonly connections: Connections;
  readonly syncs: Syncs;
  readonly pages: Pages;
  readonly dueTimes: DueTimes;
  readonly attemptFacts: AttemptFacts;
  readonly webhooks: WebhookEndpoints;
  readonly counts: SyncCounts;
  /**
   * The fields that a read, write or webhook node declares, as values.
   * @throws ConfigurationError that lists every problem
   */
  options(fields: readonly FieldDeclaration[], saved: unknown, where: string): JsonObject;
  /** Ends everything, in order. Work in flight goes back to the ledger. */
  close(): Promise<void>;
}
