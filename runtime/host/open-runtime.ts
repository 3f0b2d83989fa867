import { createHash } from 'node:crypto';
import { type Clock, systemClock } from '../connector/clock';
import { resolveFields } from '../connector/fields';
import { createInProcessLimiter } from '../connector/in-process-limiter';
import type { JsonObject } from '../connector/json';
import { openLeaseLimiter } from '../connector/lease-limiter';
import type { Limiter } from '../connector/limiter';
import type { Log } from '../connector/log';
import type { FieldDeclaration } from '../connector/manifest';
import type { Secrets } from '../connector/secrets';
import { openDelivery } from '../delivery/delivery';
import { openJobEngine } from '../delivery/job-engine';
import type { OnCount } from '../delivery/settler';
import { createVault } from '../ledger/encryption';
import { Ledger } from '../ledger/ledger';
import type { Store } from '../ledger/store';
import type { Vault } from '../ledger/vault';
import { ProgramThread } from '../mapping/program-thread';
import { AttemptFacts } from './attempt-facts';
import { Connections, withEnvironment } from './connections/connections';
import { SessionStore } from './connections/session-store';
import { WebhookEndpoints } from './connections/webhook-endpoints';
import { WebhookStore } from './connections/webhook-store';
import { credentialSecret } from './credential-secret';
import { DataFolder } from './data-folder';
import type { HostEnvironment } from './environment';
import { FreshStatistics } from './fresh-statistics';
import { intentTargets } from './intent-targets';
import { ledgerLookups } from './lookups';
import { openStore } from './open-store';
import { DueTimes } from './reading/due-times';
import { Pages } from './reading/pages';
import { SyncCounts } from './reading/sync-counters';
import { Syncs } from './reading/syncs';
import { startRetention } from './retention-job';
import type { Runtime } from './runtime';

export interface RuntimeOptions {
  readonly environment: HostEnvironment;
  /** What the connections take their fields from. */
  readonly secrets: Secrets;
  readonly log: Log;
  readonly mode?: Runtime['mode'];
  readonly clock?: Clock;
  /** In place of the one that the environment names; closed with the runtime all the same. */
  readonly store?: Store;
  /** Where expressions run; in a thread of their own when not given. */
  readonly programs?: Runtime['programs'];
}

const HOUSEKEEPING_MS = 60_000;

/**
 * Puts the rooms together: store, ledger, job engine, delivery, connections, mappings.
 * @throws ConfigurationError when the environment, the data folder or the database cannot work
 */
export async function openRuntime(options: RuntimeOptions): Promise<Runtime> {
  const { environment, secrets, log, mode = 'continuous', clock = systemClock } = options;
  const folder = new DataFolder(environment.dataFolder);
  const vault = vaultOf(credentialSecret(environment, folder, (text) => log.warn(text)));
  const store = options.store ?? (await openStore(environment, folder, (text) => log.warn(text)));
  const closing: (() => Promise<unknown> | unknown)[] = [() => store.close()];
  const onEvent = (event: { readonly event: string; readonly [detail: string]: unknown }) =>
    log.warn(Object.values(event).map(textOf).join(' '));
  try {
    await refuseForeignKey(store, vault);
    const ledger = new Ledger({
      store,
      vault,
      now: () => clock.now(),
      onFault: (error) => log.error(textOf(error)),
    });
    const engine = await openJobEngine({ store, log: onEvent });
    closing.unshift(() => engine.close());
    const limiter = await openLimiter(store, clock, log);
    closing.unshift(() => limiter.close());
    const sessions = new SessionStore(ledger);
    const connections = new Connections({ secrets, limiter, audit: ledger, log, clock, sessions });
    closing.unshift(() => connections.closeAll());
    const counts = new SyncCounts();
    const syncs = new Syncs();
    const targets = intentTargets({ connections, syncs, clock });
    const statistics = new FreshStatistics(store, (error) => log.warn(`statistics: ${textOf(error)}`));
    const onCount: OnCount = (...told) => {
      counts.count(...told);
      statistics.count(...told);
    };
    const delivery = await openDelivery({ ledger, engine, log, onCount, targets });
    closing.unshift(() => delivery.close());
    const thread = options.programs ? undefined : new ProgramThread();
    if (thread) closing.unshift(() => thread.close());
    closing.unshift(keepHouse(store, log));
    closing.unshift(startRetention(ledger, environment.retentionDays, log));
    const closed = { yet: false };
    return {
      environment,
      mode,
      startedAt: clock.now(),
      clock,
      log,
      store,
      ledger,
      delivery,
      limiter,
      lookups: ledgerLookups(ledger, syncs),
      programs: options.programs ?? (thread as ProgramThread),
      connections,
      syncs,
      pages: new Pages(),
      dueTimes: new DueTimes(store),
      attemptFacts: new AttemptFacts(),
      webhooks: new WebhookEndpoints(new WebhookStore(ledger)),
      counts,
      options: (fields, saved, where) => optionsOf(fields, saved, secrets, where),
      async close() {
        if (closed.yet) return;
        closed.yet = true;
        await closeAll(closing, log);
      },
    };
  } catch (error) {
    await closeAll(closing, log);
    throw error;
  }
}

/** On a server other runtimes call the same systems; nobody else can own an embedded store. */
async function openLimiter(store: Store, clock: Clock, log: Log): Promise<Limiter> {
  if (store.kind === 'embedded') return createInProcessLimiter(clock);
  const onError = (error: unknown) => log.warn(`limits of connections: ${textOf(error)}`);
  return openLeaseLimiter({ store, clock, onError });
}

/** The key's own hash names it: a text sealed with another key is known for one, whatever the order of changes. */
function vaultOf(secret: string): Vault {
  const id = createHash('sha256').update(`ml-connector ${secret}`).digest('hex').slice(0, 8);
  return createVault({ keys: [{ id, secret }] });
}

/** A lost or changed key shows at the start, and not at the first record that cannot be read. */
async function refuseForeignKey(store: Store, vault: Vault): Promise<void> {
  const { rows } = await store.query<{ payload: string }>('select payload from record_version limit 1');
  if (rows[0]) vault.open(rows[0].payload);
}

function optionsOf(
  fields: readonly FieldDeclaration[],
  saved: unknown,
  secrets: Secrets,
  where: string,
): JsonObject {
  const given = typeof saved === 'object' && saved !== null ? (saved as Record<string, unknown>) : {};
  return resolveFields(fields, withEnvironment(fields, given), secrets, where);
}

/** The embedded store keeps house by itself. */
function keepHouse(store: Store, log: Log): () => void {
  if (store.kind === 'embedded') return () => {};
  const timer = setInterval(() => {
    store.housekeep().catch((error: unknown) => log.warn(`housekeeping: ${textOf(error)}`));
  }, HOUSEKEEPING_MS).unref();
  return () => clearInterval(timer);
}

async function closeAll(closing: readonly (() => Promise<unknown> | unknown)[], log: Log): Promise<void> {
  for (const close of closing) {
    try {
      await close();
    } catch (error) {
      log.warn(`while closing: ${textOf(error)}`);
    }
  }
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
