import { setImmediate } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { AuditSink } from '../../runtime/connector/audit-sink';
import type { Clock } from '../../runtime/connector/clock';
import { type Connection, openConnection } from '../../runtime/connector/connection';
import { SystemError } from '../../runtime/connector/errors';
import { resolveFields } from '../../runtime/connector/fields';
import { createInProcessLimiter } from '../../runtime/connector/in-process-limiter';
import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Limiter } from '../../runtime/connector/limiter';
import type {
  FieldDeclaration,
  OperationDeclaration,
  StreamDeclaration,
} from '../../runtime/connector/manifest';
import { takeSecrets } from '../../runtime/connector/secrets';
import type { Operation, SystemModule } from '../../runtime/connector/system';
import type { OperationSample, Settings, Stand, StreamSample } from './bench';
import { failed } from './check';
import type { Subject } from './subjects';

/** A connection to a stand through the runtime's own HTTP client, and all that it lets out. */
export interface Line {
  readonly connection: Connection;
  readonly module: SystemModule;
  readonly audit: AuditedCall[];
  readonly log: string[];
  /** What was waited for, milliseconds; the waits themselves are over at once. */
  readonly waits: number[];
}

export interface AuditedCall {
  readonly sync: string | undefined;
  readonly recordId: string | undefined;
  /** Name, path, phase, outcome. */
  readonly detail: JsonObject;
}

export interface LineOptions {
  /** Other than those of the stand. */
  readonly settings?: Settings;
  readonly limiter?: Limiter;
  readonly clock?: Clock;
  /** Where calls are written down besides. */
  readonly audit?: AuditSink;
}

/** Starts the simulation of a system for one test. */
export async function standOf({ bench }: Subject): Promise<Stand> {
  const stand = await bench.start();
  onTestFinished(() => stand.stop());
  return stand;
}

/** Opens a connection for one test. */
export function connect(subject: Subject, stand: Stand, options: LineOptions = {}): Line {
  const waits: number[] = [];
  const clock = options.clock ?? hurriedClock(waits);
  const module = subject.bench.module?.(clock) ?? subject.registered;
  if (module.manifest !== subject.registered.manifest)
    failed('the bench tests another system than is registered');
  const { config, credentials } = fieldsOf(module, { ...stand.settings, ...options.settings });
  const audit: AuditedCall[] = [];
  const log: string[] = [];
  const say = (text: string) => void log.push(text);
  const connection = openConnection({
    module,
    name: subject.system,
    config,
    credentials,
    secrets: takeSecrets({}, []),
    limiter: options.limiter ?? createInProcessLimiter(clock),
    audit: {
      append: (event) => {
        audit.push({ sync: event.sync, recordId: event.recordId, detail: event.detail });
        return options.audit?.append(event);
      },
    },
    log: { info: say, warn: say, error: say },
    clock,
    random: () => 0.5,
  });
  onTestFinished(() => connection.close());
  return { connection, module, audit, log, waits };
}

/** The machine's time, with every wait skipped: it is over at once, and the clock has moved on by it. */
export function hurriedClock(waits: number[] = []): Clock {
  let skipped = 0;
  return {
    now: () => new Date(Date.now() + skipped),
    async wait(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      skipped += ms;
      await setImmediate();
      signal?.throwIfAborted();
    },
  };
}

/** Secrets stand apart from the other fields, as in a node. */
function fieldsOf({ manifest }: SystemModule, settings: Settings) {
  const isSecret = (name: string) =>
    manifest.connection.fields.some((field) => field.name === name && field.type === 'secret');
  const entries = Object.entries(settings);
  return {
    config: Object.fromEntries(entries.filter(([name]) => !isSecret(name))),
    credentials: Object.fromEntries(entries.filter(([name]) => isSecret(name))),
  };
}

/** The values of the secret fields. */
export function secretsOf({ registered }: Subject, settings: Settings): string[] {
  return registered.manifest.connection.fields
    .filter((field) => field.type === 'secret' && settings[field.name] !== undefined)
    .map((field) => String(settings[field.name]));
}

/** Options of a node with every field at its default but for those given. */
export function optionsOf(
  fields: readonly FieldDeclaration[],
  given: Readonly<Record<string, unknown>> = {},
): Record<string, Json> {
  return resolveFields(fields, { config: given }, takeSecrets({}, []), 'conformance');
}

export function streamOf(
  subject: Subject,
  stand: Stand,
  name: string,
): { sample: StreamSample; declared: StreamDeclaration } {
  const declared = subject.registered.manifest.streams[name];
  const sample = stand.streams[name];
  if (!declared || !sample) failed(`the bench of ${subject.system} has no sample of the stream ${name}`);
  return { sample, declared };
}

export function operationOf(
  subject: Subject,
  stand: Stand,
  name: string,
): { sample: OperationSample; declared: OperationDeclaration } {
  const declared = subject.registered.manifest.operations[name];
  const sample = stand.operations[name];
  if (!declared || !sample) failed(`the bench of ${subject.system} has no sample of the operation ${name}`);
  return { sample, declared };
}

export function clientOperation({ connection }: Line, name: string): Operation {
  return connection.client.operations[name] ?? failed(`the client has no operation ${name}`);
}

/** The error of a call that must fail. */
export async function errorOf(work: Promise<unknown>): Promise<SystemError> {
  const outcome = await work.then(
    () => failed('it did not fail'),
    (error: unknown) => error,
  );
  if (outcome instanceof SystemError) return outcome;
  throw new Error('it failed otherwise than with a SystemError', { cause: outcome });
}
