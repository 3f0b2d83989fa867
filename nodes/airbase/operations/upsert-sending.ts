import type { BatchAnswer, BatchContext, BatchItem, BatchResult } from '../../../runtime/connector/batch';
import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { type Load, type Loaded, loadAll } from '../bulk';
import type { AirbaseConnection } from '../connection';
import { csvOf } from '../csv';
import { entityOf } from '../feed-entity';
import { type FeedKind, referenceIn } from '../feed-kinds';
import type { Master } from '../master-book';
import { textAt } from '../members';
import { chosenNamesake } from '../vendor-doubts';

/** What is known of a whole list may be so old, milliseconds. */
const keptMs = 30_000;

/** An item with all that is needed to send it. */
interface Prepared {
  readonly item: BatchItem;
  readonly load: Load;
  /** It was to make a new one. */
  readonly isNew: boolean;
}

/** Loads a batch within a session and says what became of each item. */
export async function sendEntities(
  airbase: AirbaseConnection,
  kind: FeedKind,
  items: readonly BatchItem[],
  context: BatchContext,
): Promise<BatchAnswer> {
  const results: BatchResult[] = [];
  const prepared = await prepare(airbase, kind, items, context, results);
  const outcomes = await loadAll(
    airbase,
    context.calls,
    kind,
    prepared.map(({ load }) => load),
  );
  const again = [
    ...withoutActivity(prepared, outcomes),
    ...(await takenMeanwhile(airbase, kind, prepared, outcomes, context)),
  ];
  const second = await loadAll(
    airbase,
    context.calls,
    kind,
    again.map(({ load }) => load),
  );
  for (const { item, load } of prepared) {
    const loaded = second.get(item.id) ?? outcomes.get(item.id) ?? { became: 'silent' };
    results.push({ id: item.id, ...resultOf(kind, load.entity, loaded) });
  }
  return { status: 'done', results };
}

async function prepare(
  airbase: AirbaseConnection,
  kind: FeedKind,
  items: readonly BatchItem[],
  { calls, options }: BatchContext,
  results: BatchResult[],
): Promise<readonly Prepared[]> {
  const book = airbase.books[kind.path];
  const references = items.map(({ document }) => referenceIn(document));
  const known = await book.find(airbase, calls, references, keptMs);
  const newcomers = items.some(({ document, linked }) => !linked && !known?.has(referenceIn(document)));
  const isNamed = items.some(({ document }) => textAt(document, 'airbaseId') !== undefined);
  const mayLink =
    kind.bornThere && newcomers && (isNamed || options['namesake'] === 'link' || options['linkTo']);
  const unlinked = mayLink ? ((await book.unlinked(airbase, calls)) ?? []) : [];
  const taken = new Set<string>();
  const prepared: Prepared[] = [];
  for (const item of items) {
    const { id, document, linked } = item;
    const reference = referenceIn(document);
    if (taken.has(reference)) {
      results.push({ id, outcome: 'again', message: `another record has the key ${reference}` });
      continue;
    }
    taken.add(reference);
    try {
      refuseNewKey(linked?.previous, reference);
      const stored = known?.get(reference);
      const chosen = stored ?? (linked ? undefined : chosenNamesake(document, unlinked, options));
      const target = targetOf(chosen, linked, known === undefined);
      const entity = await entityOf(kind, document, target, airbase, calls);
      prepared.push({ item, load: { key: id, entity }, isNew: target.id === undefined });
    } catch (error) {
      if (!(error instanceof RecordOutcome)) throw error;
      const message = textAt(error.detail as JsonObject, 'message') ?? error.message;
      const { message: _said, ...detail } = error.detail as JsonObject;
      results.push({ id, outcome: 'refused', reason: error.reason, message, detail });
    }
  }
  return prepared;
}

/** The key of the ERP cannot be changed: what is renumbered there is another one here. */
function refuseNewKey(previous: JsonObject | undefined, reference: string): void {
  const before = previous && referenceIn(previous);
  if (before === undefined || before === reference) return;
  throw new RecordOutcome('park', 'changed-after-sent', {
    message: `Airbase has it under the key ${before}, and keys cannot be changed there. Deactivate it in Airbase, and let the ERP make a new one under ${reference}.`,
    before,
    now: reference,
  });
}

function targetOf(chosen: Master | undefined, linked: BatchItem['linked'], hidden: boolean) {
  return {
    id: chosen?.id ?? linked?.ref,
    stored: chosen,
    hidden,
    ...(linked ? { previous: linked.previous } : {}),
  };
}

/** Live ones that Airbase refused because it knows no activity of this kind: they go again without it. */
function withoutActivity(
  prepared: readonly Prepared[],
  outcomes: ReadonlyMap<string, Loaded>,
): readonly { readonly load: Load }[] {
  return prepared.flatMap(({ item, load }) => {
    const loaded = outcomes.get(item.id);
    const { is_active: active, ...entity } = load.entity;
    const isAboutIt = loaded?.became === 'refused' && loaded.message.includes('is_active');
    return active === true && isAboutIt ? [{ load: { key: load.key, entity } }] : [];
  });
}

/**
 * New ones that Airbase refused although they are there: an earlier call whose answer was lost has made them, or
 * somebody else has. They go again as changes.
 */
async function takenMeanwhile(
  airbase: AirbaseConnection,
  kind: FeedKind,
  prepared: readonly Prepared[],
  outcomes: ReadonlyMap<string, Loaded>,
  { calls }: BatchContext,
): Promise<readonly { readonly load: Load }[]> {
  const refused = prepared.filter(({ item, isNew }) => isNew && outcomes.get(item.id)?.became === 'refused');
  if (refused.length === 0) return [];
  const references = refused.map(({ item }) => referenceIn(item.document));
  const known = await airbase.books[kind.path].find(airbase, calls, references, 0);
  return refused.flatMap(({ load }) => {
    const stored = known?.get(textAt(load.entity, 'erp_reference_id') ?? '');
    if (!stored || stored.name !== load.entity['name']) return [];
    return [{ load: { key: load.key, entity: { airbase_id: stored.id, ...load.entity } } }];
  });
}

function resultOf(kind: FeedKind, entity: JsonObject, loaded: Loaded) {
  switch (loaded.became) {
    case 'stored': {
      const attributes = {
        reference: textAt(entity, 'erp_reference_id') ?? '',
        name: textAt(entity, 'name') ?? '',
      };
      return { outcome: 'done', ref: loaded.id, attributes } as const;
    }
    case 'refused':
      return { outcome: 'refused', code: 'AIRBASE_INVALID_DATA', message: loaded.message } as const;
    case 'turned-away':
      return { outcome: 'again', message: loaded.message } as const;
    case 'no-feed':
      return {
        outcome: 'refused',
        reason: 'feed-not-enabled',
        code: 'AIRBASE_NO_FEED',
        message: `The ${kind.one} feed of Airbase is not enabled for this token (${loaded.message}).`,
        detail: { csv: csvOf(kind.columns, entity) },
      } as const;
    case 'silent':
      return { outcome: 'unknown', message: 'Airbase did not say what became of it.' } as const;
  }
}
