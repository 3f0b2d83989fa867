/**
 * The variables that connections may take their fields from, out of the environment and inside a closure, so
 * that nothing else in the process can read them by name.
 */
export interface Secrets {
  /** The variable's value, or undefined when it was not set or is empty. */
  get(name: string): string | undefined;
}

/** Takes the named variables out of an environment object: they are deleted from it. */
export function takeSecrets(
  environment: Record<string, string | undefined>,
  names: Iterable<string>,
): Secrets {
  const taken = new Map<string, string>();
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== '') taken.set(name, value);
    delete environment[name];
  }
  return { get: (name) => taken.get(name) };
}
