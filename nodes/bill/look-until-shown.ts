import type { Clock } from '../../runtime/connector/clock';

const waitsMs = [1_000, 2_000, 4_000, 8_000];

/**
 * Looks until it is shown, or a last time after some seconds: what was made a moment ago may not show yet, and nothing
 * would release the record that parked for it.
 */
export async function lookUntilShown<Seen>(
  look: () => Promise<Seen>,
  isShown: (seen: Seen) => boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<Seen> {
  for (const waitMs of waitsMs) {
    const seen = await look();
    if (isShown(seen)) return seen;
    await clock.wait(waitMs, signal);
  }
  return look();
}
