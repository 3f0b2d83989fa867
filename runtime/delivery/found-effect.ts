import { RecordOutcome } from '../connector/errors';
import type { LookUp } from '../connector/system';
import { NUMBER_IN_USE } from '../ledger/claimed-documents';
import type { HeldAttempt } from './held-attempt';
import type { Wish } from './new-intent';
import type { Performer } from './perform';
import type { WriteResult } from './protocol';
import type { Target } from './target';

/**
 * Acts on what a look-up before a write found: adopts what is there, completes what is there in part. Undefined
 * when nothing is there: it is to be made.
 * @throws RecordOutcome when what is there must not be touched
 */
export async function actOnFound(
  performer: Performer,
  held: HeldAttempt,
  target: Target,
  wish: Wish,
  found: LookUp,
  closes: boolean,
): Promise<WriteResult | undefined> {
  switch (found.found) {
    case 'conflict':
      throw new RecordOutcome(found.ignored ? 'ignore' : 'park', found.reason, {
        ...found.detail,
        ...(found.reason === NUMBER_IN_USE ? await performer.likeness(held, target, wish) : {}),
      });
    case 'present':
      await performer.adopt(held, target, wish, found, closes);
      return { result: 'confirmed', ref: found.ref };
    case 'partial': {
      const { operation } = target;
      const resume = operation.resume?.bind(operation);
      if (!resume)
        throw new RecordOutcome('park', 'outcome-unknown', { ref: found.ref, missing: found.missing });
      const run = (context: Parameters<typeof resume>[2]) => resume(found, wish.document, context);
      return performer.perform(held, target, wish, run, closes);
    }
    case 'absent':
      return undefined;
  }
}
