import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Stand, Trouble } from './bench';
import { type Check, failed } from './check';
import { connect, errorOf, type Line, standOf } from './line';
import { readPages } from './pages';
import type { Subject } from './subjects';

/** Signing in, saying what is wrong, and coming back. */
export function connectionChecks(subject: Subject): Check[] {
  return [
    { number: 8, of: '', run: () => pings(subject) },
    ...causes.map((cause): Check => ({ number: 9, of: cause.name, run: () => namesCause(subject, cause) })),
    ...secretFields(subject).map(
      (field): Check => ({ number: 9, of: `wrong ${field}`, run: () => refusesWrong(subject, field) }),
    ),
    ...subject.bench.troubles.map(
      (trouble): Check => ({ number: 9, of: trouble.name, run: () => namesTrouble(subject, trouble) }),
    ),
    { number: 9, of: 'clock skew', run: () => tellsSkew(subject) },
    { number: 10, of: '', run: () => renewsOnce(subject) },
    { number: 11, of: '', run: () => rotates(subject) },
    { number: 12, of: '', run: () => comesBack(subject) },
  ];
}

async function pings(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  const { connection } = connect(subject, stand);
  const report = await connection.ping();
  expect(report.identity).not.toBe('');
  expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(connection.health.state).toBe('online');
  expect(
    Math.abs(report.clockSkewMs ?? failed('the ping does not tell the skew of the clocks')),
  ).toBeLessThan(5_000);
}

/** Wrong addresses: what every system must name alike. */
const causes: readonly { readonly name: string; change(url: URL): void; readonly codes: RegExp }[] = [
  {
    name: 'nobody listens',
    change: (url) => {
      url.port = '9';
    },
    codes: /REFUSED|UNREACHABLE|CONNECT/,
  },
  {
    name: 'no such host',
    change: (url) => {
      url.hostname = 'nowhere.invalid';
    },
    codes: /HOST|DNS|NAME|ADDRESS/,
  },
  {
    name: 'no TLS',
    change: (url) => {
      url.protocol = 'https:';
    },
    codes: /TLS|CERTIFICATE/,
  },
];

async function namesCause(subject: Subject, { change, codes }: (typeof causes)[number]): Promise<void> {
  const stand = await standOf(subject);
  const settings = Object.fromEntries(
    subject.registered.manifest.connection.hosts
      .filter((field) => stand.settings[field] !== undefined)
      .map((field) => {
        const url = new URL(String(stand.settings[field]));
        change(url);
        return [field, url.href];
      }),
  );
  const error = await errorOf(connect(subject, stand, { settings }).connection.ping());
  expect(error.code).toMatch(codes);
  expect(error.remedy).not.toBe('');
}

function secretFields({ registered }: Subject): string[] {
  return registered.manifest.connection.fields
    .filter(({ type }) => type === 'secret')
    .map(({ name }) => name);
}

/** A wrong secret is a matter of configuration, named once and not tried for ever. */
async function refusesWrong(subject: Subject, field: string): Promise<void> {
  const stand = await standOf(subject);
  if (stand.settings[field] === undefined) return;
  const line = connect(subject, stand, { settings: { [field]: 'wrong' } });
  const error = await errorOf(line.connection.ping());
  expect(error.recovery).toBe('configuration');
  expect(error.remedy).not.toBe('');
  expect(line.connection.health.state).toBe('offline');
  expect(line.audit.length, 'no storm of sign-ins').toBeLessThan(8);
}

async function namesTrouble(subject: Subject, trouble: Trouble): Promise<void> {
  const stand = await standOf(subject);
  if (trouble.arranged) stand.arrange(trouble.name);
  const { connection } = connect(subject, stand, { settings: trouble.settings ?? {} });
  if (trouble.failsCheck) {
    const report = await connection.ping();
    const failing = report.checks.filter(({ ok, warning }) => !ok || warning);
    expect(failing.map((check) => check.name).join()).toMatch(trouble.failsCheck);
    expect(failing[0]?.detail).not.toBe('');
    return;
  }
  const error = await errorOf(connection.ping());
  expect(error.code).toBe(trouble.code);
  expect(error.remedy).not.toBe('');
}

async function tellsSkew(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  stand.clock.advance(600_000);
  const { clockSkewMs = 0 } = await connect(subject, stand).connection.ping();
  expect(Math.abs(clockSkewMs - 600_000)).toBeLessThan(5_000);
}

async function renewsOnce(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  const line = connect(subject, stand);
  if (!line.connection.client.signIn) return;
  await readSomething(subject, line);
  const before = line.connection.counters.signIns;
  stand.expireSessions();
  await Promise.all(Array.from({ length: 6 }, () => readSomething(subject, line)));
  expect(line.connection.counters.signIns - before).toBe(1);
  expect(line.connection.health.state).toBe('online');
}

/** The first stream from its beginning; gives the number of rows. */
async function readSomething({ registered }: Subject, line: Line): Promise<number> {
  const [name = ''] = Object.keys(registered.manifest.streams);
  const pages = await readPages(line, name);
  return pages.flatMap((page) => page.rows).length;
}

async function rotates(subject: Subject): Promise<void> {
  const stand = await standOf(subject);
  const old = connect(subject, stand);
  await readSomething(subject, old);
  const settings = stand.rotateSecret();
  stand.expireSessions();
  const error = await errorOf(readSomething(subject, old));
  expect(error.recovery).toBe('configuration');
  expect(old.connection.health.state).toBe('offline');
  const fresh = connect(subject, stand, { settings });
  await readSomething(subject, fresh);
  expect(fresh.connection.health.state).toBe('online');
}

async function comesBack(subject: Subject): Promise<void> {
  const stand: Stand = await standOf(subject);
  const { connection } = connect(subject, stand);
  await connection.ping();
  await stand.proxy.refuseConnections();
  const states: string[] = [];
  connection.onHealth(({ state }) => states.push(state));
  await errorOf(connection.ping());
  expect(connection.health.state).toBe('offline');
  expect(connection.health.cause).not.toBe('');
  await stand.proxy.listenAgain();
  for (let look = 0; look < 200 && connection.health.state !== 'online'; look += 1) await pause(10);
  expect(states.at(-1)).toBe('online');
  await connection.ping();
}
