import type { Clock } from './clock';
import { SystemError } from './errors';
import type { Session } from './system';

const longestMarginMs = 60_000;
const shortestUseMs = 5_000;
const firstSpacingMs = 5_000;
const longestSpacingMs = 300_000;

/** The session of a connection: opened once for all callers, renewed before it ends, never in a storm. */
export interface SessionKeeper {
  /**
   * A usable session; signs in when there is none, once for all who ask at the same time.
   * @throws the error of a refused sign-in, again and without a call, until the next one may be tried
   */
  current(): Promise<Session>;
  /** The session, if it can be used now. Makes no call. */
  usable(): Session | undefined;
  /** The system worked with this session: its idle time begins anew, and it is proven good. */
  worked(session: Session): void;
  /** Whether a call has succeeded with this session. */
  isProven(session: Session): boolean;
  /** The system refused this session: it is dropped, unless a newer one has taken its place. */
  refused(session: Session): void;
  /** Fresh sessions are refused too: no sign-in is tried for a while, longer each time. */
  refuseAll(error: SystemError): void;
}

export function createSessionKeeper(signIn: () => Promise<Session>, clock: Clock): SessionKeeper {
  let held: { readonly session: Session; readonly openedAt: number; usedAt: number } | undefined;
  const proven = new WeakSet<Session>();
  let signingIn: Promise<Session> | undefined;
  let refusal: { readonly error: SystemError; readonly since: number; readonly until: number } | undefined;
  let spacingMs = 0;
  let refusedAt = Number.NEGATIVE_INFINITY;

  const now = () => clock.now().getTime();

  const block = (error: SystemError, ms: number) => {
    refusal = { error, since: now(), until: now() + ms };
  };

  const usable = () => (held && isUsable(held, now()) ? held.session : undefined);

  const refuseAll = (error: SystemError) => {
    held = undefined;
    // A refusal soon after the last one belongs to the same trouble, whatever worked in between.
    const again = now() - refusedAt < 2 * longestSpacingMs;
    spacingMs = again ? Math.min(longestSpacingMs, spacingMs * 2) : firstSpacingMs;
    refusedAt = now();
    block(error, spacingMs);
  };

  const open = async () => {
    try {
      const session = await signIn();
      held = { session, openedAt: now(), usedAt: now() };
      refusal = undefined;
      return session;
    } catch (error) {
      if (error instanceof SystemError) {
        if (error.recovery === 'configuration') refuseAll(error);
        if (error.recovery === 'rate-limited') block(error, error.waitMs ?? firstSpacingMs);
      }
      throw error;
    } finally {
      signingIn = undefined;
    }
  };

  return {
    async current() {
      if (signingIn) return signingIn;
      const session = usable();
      if (session) return session;
      // Before its own beginning: the clock was set back, and would make it last for hours.
      if (refusal && refusal.since <= now() && now() < refusal.until) throw refusal.error;
      signingIn = open();
      return signingIn;
    },
    usable,
    worked(session) {
      proven.add(session);
      if (held?.session === session) held.usedAt = now();
    },
    isProven: (session) => proven.has(session),
    refused(session) {
      if (held?.session === session) held = undefined;
    },
    refuseAll,
  };
}

/** A session is left a little before its end, so that no call arrives with a dead one. */
function isUsable(
  held: { readonly session: Session; readonly openedAt: number; readonly usedAt: number },
  now: number,
): boolean {
  const { expiresAt, idleMs } = held.session;
  // A nonsensical end, for example by a wrong clock, must not make every call sign in.
  if (now < held.openedAt + shortestUseMs) return true;
  if (expiresAt !== undefined && now >= expiresAt - margin(expiresAt - held.openedAt)) return false;
  return idleMs === undefined || now < held.usedAt + idleMs - margin(idleMs);
}

function margin(lifetimeMs: number): number {
  return Math.min(longestMarginMs, lifetimeMs / 10);
}
