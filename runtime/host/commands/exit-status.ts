import { ConfigurationError, SystemError } from '../../connector/errors';

/** How the process ends. */
export const EXIT = { done: 0, failed: 1, usage: 2, offline: 3, unknown: 4 } as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What a person reads when the program cannot go on: what is wrong, where, and what to do. */
export function describeFailure(error: unknown): string {
  if (error instanceof ConfigurationError) {
    return `${error.code}: ${error.message}\n  where: ${error.where}\n  what to do: ${error.remedy}`;
  }
  if (error instanceof SystemError) {
    const said = error.systemWords ? `\n  it said: ${error.systemWords}` : '';
    return `${error.code}: ${error.message}${said}\n  what to do: ${error.remedy}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
