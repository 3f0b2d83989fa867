import type { JsonObject } from '../connector/json';
import type { Effect } from '../connector/system';
import { hashJson, storableObject, storableText } from '../ledger/canonical-json';
import { intentIdOf, type RecordKey } from '../ledger/identity';
import type { Intent, IntentEffect } from '../ledger/intents';
import type { Link } from '../ledger/links';
import { nearKeyOf } from '../ledger/near-duplicates';
import type { HeldAttempt } from './held-attempt';
import type { Step } from './step';
import { materialOf, type Target } from './target';

/** What an intent is about. */
export interface Wish {
  readonly effect: IntentEffect;
  readonly document: JsonObject;
  readonly mappingVersion: string;
}

/** The next generation of the record's intents for this operation. */
export function newIntent(
  held: HeldAttempt,
  target: Target,
  wish: Wish,
  now: Date,
  settleMs: number,
): Intent {
  const { operationName: operation, declaration, connection } = target;
  const { effect, document, mappingVersion } = wish;
  const generation = (held.intentOf(operation)?.generation ?? 0) + 1;
  return {
    id: intentIdOf(held.claim.id, operation, generation),
    recordId: held.claim.id,
    operation,
    generation,
    connection,
    effect,
    businessKey: storableText(target.operation.businessKey(document)),
    body: document,
    bodyHash: hashJson(document),
    materialHash: hashJson(materialOf(document, declaration)),
    nearKey: declaration.nearKey && nearKeyOf(held.claim, document, declaration.nearKey),
    mappingVersion,
    options: storableObject(target.options),
    state: 'sent',
    ref: undefined,
    remembered: {},
    checks: 0,
    checkAt: new Date(now.getTime() + settleMs),
    sentAt: now,
    batch: undefined,
    turnedBack: false,
  };
}

/** Whether no other record may have the document that a write makes or changes. */
export function isUnique({ declaration }: Target, { effect }: Wish): boolean {
  return declaration.unique === true && (effect === 'create' || effect === 'update');
}

/** What the effect of an intent means for the record's link. */
export function linkChange(
  held: HeldAttempt,
  intent: Intent,
  effect: Effect,
): Pick<Step, 'link' | 'closesLink'> {
  if (intent.effect === 'close') return { closesLink: true };
  if (intent.effect === 'act') return {};
  const attributes = effect.attributes ?? held.link?.attributes ?? {};
  return { link: linkOfIntent(held.claim, intent, { ...effect, attributes }) };
}

export function linkOfIntent({ sync, company, key }: RecordKey, intent: Intent, effect: Effect): Link {
  return {
    recordId: intent.recordId,
    sync,
    company,
    key,
    connection: intent.connection,
    operation: intent.operation,
    businessKey: intent.businessKey,
    ref: effect.ref,
    attributes: effect.attributes ?? {},
    document: intent.body,
    materialHash: intent.materialHash,
    nearKey: intent.nearKey,
    adopted: effect.adopted ?? false,
  };
}

/** How the audit names an intent. The body's hash proves which body it was. */
export function aboutIntent(intent: Intent): JsonObject {
  const { id, operation, generation, connection, effect, businessKey, bodyHash, mappingVersion } = intent;
  return { intent: id, operation, generation, connection, effect, businessKey, bodyHash, mappingVersion };
}
