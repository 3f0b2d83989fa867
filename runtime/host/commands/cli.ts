import { Command, CommanderError } from 'commander';
import { ConfigurationError, SystemError } from '../../connector/errors';
import { projectRoot, projectVersion } from '../systems';
import { consoleLog } from './console-log';
import { countCommand, countText } from './count-command';
import { describeFailure, EXIT, type ExitStatus } from './exit-status';
import { orAborted } from './or-aborted';
import { pingCommand, pingText } from './ping-command';
import { runCommand } from './run-command';
import { verificationText, verifyCommand } from './verify-command';

/** What the command line works with; tests give their own. */
export interface CommandLine {
  readonly variables: NodeJS.ProcessEnv;
  /** Results: a summary's one line, nothing else when `--json` is given. */
  readonly print: (text: string) => void;
  /** Progress and complaints. */
  readonly say: (text: string) => void;
  /** Told to stop. */
  readonly signal: AbortSignal;
}

/** Runs `ml-connector <words>`; never throws. */
export async function commandLine(words: readonly string[], io: CommandLine): Promise<ExitStatus> {
  let status: ExitStatus = EXIT.done;
  const program = programOf(io, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (io.signal.aborted && error === io.signal.reason) {
      io.say('stopped');
      return EXIT.failed;
    }
    io.say(describeFailure(error));
    return statusOf(error);
  }
}

function statusOf(error: unknown): ExitStatus {
  if (error instanceof ConfigurationError) return EXIT.usage;
  if (error instanceof SystemError && error.recovery !== 'rejected') return EXIT.offline;
  return EXIT.failed;
}

function programOf(
  { variables, print, say, signal }: CommandLine,
  end: (status: ExitStatus) => void,
): Command {
  const program = new Command('ml-connector')
    .description('Accounts-payable integration: durable flows between ERP and payment systems.')
    .version(projectVersion(projectRoot()))
    .exitOverride()
    .configureOutput({ writeOut: (text) => print(text.trimEnd()), writeErr: (text) => say(text.trimEnd()) });

  program
    .command('run')
    .description('run one template, headless, against the systems that the environment names')
    .argument('<template>', 'name of a folder in flows/')
    .option('--once', 'read every sync, work until nothing is left to do, then exit')
    .option('--json', 'print one JSON summary as the last line')
    .option('--data <folder>', 'data folder (ML_DATA_DIR, or .data in the project)')
    .action(async (template: string, options: { once?: boolean; json?: boolean; data?: string }) => {
      const { status, summary } = await runCommand({
        template,
        once: options.once === true,
        dataFolder: options.data,
        variables,
        log: consoleLog,
        say,
        signal,
      });
      if (options.json) print(JSON.stringify(summary));
      end(status);
    });

  program
    .command('ping')
    .description('sign in to both systems of a template, and name the cause of a failure')
    .argument('<template>', 'name of a folder in flows/')
    .option('--json', 'print the result as JSON')
    .action(async (template: string, options: { json?: boolean }) => {
      const ping = () => pingCommand(template, variables, consoleLog);
      const { status, result } = await orAborted(ping, signal);
      print(options.json ? JSON.stringify(result) : pingText(result));
      end(status);
    });

  program
    .command('count')
    .description('read what a first sync of a template would bring, and change nothing')
    .argument('<template>', 'name of a folder in flows/')
    .option('--json', 'print the result as JSON')
    .option('--data <folder>', 'data folder (ML_DATA_DIR, or .data in the project)')
    .action(async (template: string, options: { json?: boolean; data?: string }) => {
      const dataFolder = options.data;
      const count = () => countCommand({ template, dataFolder, variables, log: consoleLog });
      const { status, result } = await orAborted(count, signal);
      print(options.json ? JSON.stringify(result) : countText(result));
      end(status);
    });

  program
    .command('verify')
    .description('prove the audit chain, and hold the books against both systems')
    .option('--json', 'print the result as JSON')
    .option('--data <folder>', 'data folder (ML_DATA_DIR, or .data in the project)')
    .action(async (options: { json?: boolean; data?: string }) => {
      const verify = () => verifyCommand({ dataFolder: options.data, variables, log: consoleLog });
      const { status, result } = await orAborted(verify, signal);
      print(options.json ? JSON.stringify(result) : verificationText(result));
      end(status);
    });
  return program;
}
