import type { BatchAnswer, BatchContext, BatchItem, BatchResult } from '../../../runtime/connector/batch';
import type { BaswareConnection } from '../connection';
import { codeOf, type ImportKind, placeIn, placeOf, refOf } from '../imports';
import { followRequest, type ItemState, recordsIn } from '../request-status';
import { rememberedRequests, type Sent } from './import-sending';

const minuteMs = 60_000;
/** A request that Basware still does not know after this long is not one that it will tell about. */
const longestUnknownMs = minuteMs;
/** After this long a request that never ends is no longer waited for; its records are looked up themselves. */
const longestMs = 30 * minuteMs;

/**
 * What became of a batch: the refusals of the first phase, and for the rest what the second phase says. A record
 * that Basware passed over because it has the same already counts as written, unless that same one is still on
 * its way or was refused.
 * @param sent the first phase, when it was just sent; undefined when the batch is looked up
 */
export async function judgeBatch(
  basware: BaswareConnection,
  kind: ImportKind,
  items: readonly BatchItem[],
  sent: Sent | undefined,
  context: BatchContext,
): Promise<BatchAnswer> {
  const requests = sent?.requests ?? rememberedRequests(context.remembered);
  const patienceMs = sent ? Number(context.options['followSeconds'] ?? 5) * 1000 : 0;
  const states = new Map<string, ItemState>();
  const ageMs = context.now().getTime() - context.sentAt.getTime();
  const unheard: ItemState = { state: ageMs > longestUnknownMs ? 'unknown' : 'in-progress' };
  for (const { requestId, path, codes } of requests) {
    if (requestId === undefined) continue;
    const state = await followRequest(basware, context.calls, requestId, patienceMs, context.signal);
    for (const code of codes) states.set(placeIn(path, code), state?.of(code) ?? unheard);
  }
  await distrustUnchanged(basware, kind, items, states, context);
  const results: BatchResult[] = [];
  const done = new Set<string>();
  let open = 0;
  for (const item of items) {
    const code = codeOf(item.document, kind);
    const place = placeOf(item.document, kind, context.options);
    const refusal = sent?.refused.get(place);
    if (done.has(place)) {
      results.push({
        id: item.id,
        outcome: 'again',
        message: `another record has the external code ${code}`,
      });
    } else if (refusal) {
      results.push({ id: item.id, outcome: 'refused', ...refusal });
    } else {
      const ref = refOf(item.document, kind, context.options);
      const result = resultOf(item, ref, code, states.get(place) ?? { state: 'unknown' }, ageMs);
      if (result) results.push(result);
      else open += 1;
    }
    done.add(place);
  }
  if (open === 0) return { status: 'done', results };
  return {
    status: 'pending',
    results,
    lookInMs: nextLookMs(ageMs),
    why: `Basware is processing ${open} of the batch`,
  };
}

/** Undefined while the second phase goes on. */
function resultOf(
  { id }: BatchItem,
  ref: string,
  externalCode: string,
  state: ItemState,
  ageMs: number,
): BatchResult | undefined {
  switch (state.state) {
    case 'done':
    case 'unchanged':
      return { id, outcome: 'done', ref, attributes: { externalCode } };
    case 'refused':
      return { id, outcome: 'refused', code: 'BASWARE_IMPORT_REFUSED', message: state.message };
    case 'expired':
      return {
        id,
        outcome: 'again',
        message: 'a version of the record sent within the same second overtook it',
      };
    case 'unknown':
      return { id, outcome: 'unknown' };
    case 'in-progress':
      return ageMs > longestMs
        ? { id, outcome: 'unknown', message: 'Basware did not end the request' }
        : undefined;
  }
}

/** A record may be passed over because the same one is being processed, or has just been refused. */
async function distrustUnchanged(
  basware: BaswareConnection,
  kind: ImportKind,
  items: readonly BatchItem[],
  states: Map<string, ItemState>,
  { calls, options }: BatchContext,
): Promise<void> {
  const passedOver = items
    .map(({ document }) => document)
    .filter((document) => states.get(placeOf(document, kind, options))?.state === 'unchanged');
  for (const type of new Set(passedOver.map((document) => kind.entityType(document, options)))) {
    const onTheWay = await recordsIn(basware, calls, 'InProgress', type);
    const refused = await recordsIn(basware, calls, 'Error', type);
    for (const document of passedOver.filter((each) => kind.entityType(each, options) === type)) {
      const code = codeOf(document, kind);
      const place = placeOf(document, kind, options);
      const message = refused.get(code);
      if (onTheWay.has(code)) states.set(place, { state: 'in-progress' });
      else if (message !== undefined) states.set(place, { state: 'refused', message });
    }
  }
}

function nextLookMs(ageMs: number): number {
  if (ageMs < 20_000) return 10_000;
  if (ageMs < minuteMs) return 30_000;
  return ageMs < 5 * minuteMs ? minuteMs : 5 * minuteMs;
}
