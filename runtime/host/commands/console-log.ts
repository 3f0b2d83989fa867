import type { Log } from '../../connector/log';

/** Writes what operators should know to stderr, one line each: stdout belongs to results. */
export const consoleLog: Log = {
  info: (text) => write('info', text),
  warn: (text) => write('warn', text),
  error: (text) => write('error', text),
};

function write(level: string, text: string): void {
  process.stderr.write(`${new Date().toISOString()} [${level}] ${text.replaceAll('\n', ' ')}\n`);
}
