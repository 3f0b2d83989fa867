const FIRST_MS = 5_000;
const LONGEST_MS = 300_000;

/** Wait after this many failures before, milliseconds: doubles up to five minutes. */
export function backoffMs(failures: number): number {
  return Math.min(FIRST_MS * 2 ** Math.min(failures, 10), LONGEST_MS);
}
