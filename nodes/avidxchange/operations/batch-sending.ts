import type { BatchAnswer, BatchContext, BatchItem } from '../../../runtime/connector/batch';
import { SystemError } from '../../../runtime/connector/errors';
import type { Json } from '../../../runtime/connector/json';
import type { HttpAnswer } from '../../../runtime/connector/system';
import { accountingSystemId } from '../accounting-system';
import { type AvidConnection, urlOf } from '../connection';
import { withImagesMs } from '../connection-declaration';
import { isNotFound, isRefusal, unclearBatch } from '../troubles';
import { type BatchBody, batchBody } from './batch-body';
import { judgeBatch } from './batch-judging';
import type { BatchKind } from './batch-kind';
import { type BatchState, findBatch, readBatch, stateOfAnswer } from './batch-state';
import { reasonOfWords } from './item-refusal';

/** Refusals that are about the call and not about any document: halving the batch would not help. */
const aboutTheCall = [404, 405];
const firstLookMs = 1_000;

/**
 * Sends a batch under its external id, follows it for a while, and says what became of its items. A batch that
 * AvidXchange has under that id already is looked up and not sent again.
 */
export async function sendBatch(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  context: BatchContext,
): Promise<BatchAnswer> {
  const head = {
    ExternalBatchId: context.externalId,
    AccountingSystemId: numberOf(await accountingSystemId(avid, context.calls)),
    BatchName: context.externalId,
  };
  const put = async (): Promise<{ body: BatchBody; answer: Posted | undefined }> => {
    const body = await batchBody(avid, kind, items, head, context);
    return { body, answer: body.items.length === 0 ? undefined : await post(avid, kind, body, context) };
  };
  // A batch holds its images in memory until it is answered: few may do so at once.
  const { body, answer } = await (kind.one === 'invoice' ? avid.imageBatches.pass(put) : put());
  const { aside } = body;
  if (!answer) return { status: 'done', results: aside };
  if (answer instanceof SystemError) return refusedTogether(body, answer);
  const state = await followed(avid, kind, answer, context);
  const judged = await judgeBatch(avid, kind, body.items, state, context, ageOf(context), kind.readsBack);
  return { ...judged, results: [...aside, ...(judged.results ?? [])] };
}

/** How a submission was answered; an error is about the documents. */
type Posted = HttpAnswer | 'is-there-already' | SystemError;

async function post(
  avid: AvidConnection,
  { one, batches }: BatchKind,
  { content, hasImages, items }: BatchBody,
  { calls }: BatchContext,
): Promise<Posted> {
  try {
    return await calls.call({
      name: `submit-${one}-batch`,
      method: 'POST',
      url: urlOf(avid, batches),
      bytes: { content, type: 'application/json' },
      effect: 'once',
      ...(hasImages ? { timeoutMs: withImagesMs() } : {}),
    });
  } catch (error) {
    if (error instanceof SystemError && error.status === 409) return 'is-there-already';
    if (!isRefusal(error) && !isNotFound(error)) throw error;
    // A document that is alone is what the refusal is about.
    const isJudged = items.length === 1 && error.status !== undefined;
    if (isJudged || aboutTheCall.includes(error.status ?? 0)) return error;
    throw error;
  }
}

function refusedTogether({ items, aside }: BatchBody, error: SystemError): BatchAnswer {
  const message = [error.message, error.systemWords].filter((text) => text !== undefined).join(' ');
  const { code } = error;
  const isPlain = error.reason === 'rejected-by-target' && items.length === 1;
  const reason = isPlain ? reasonOfWords(error.systemWords ?? '') : error.reason;
  const refused = items.map(({ id }) => ({ id, outcome: 'refused', reason, code, message }) as const);
  return { status: 'done', results: [...aside, ...refused] };
}

/** The batch as it is after the first answer, and for as long as the options have patience. */
async function followed(
  avid: AvidConnection,
  kind: BatchKind,
  answer: HttpAnswer | 'is-there-already',
  context: BatchContext,
): Promise<BatchState> {
  const { calls, externalId, options, signal } = context;
  const begun = avid.clock.now().getTime();
  const patienceMs = Number(options['followSeconds'] ?? 10) * 1000;
  const answered = answer === 'is-there-already' ? undefined : stateOfAnswer(answer);
  let state = answered ?? (await findBatch(avid, kind, calls, externalId));
  if (!state) throw unclearBatch(`submit-${kind.one}-batch`);
  const { guid } = state;
  if (guid !== undefined) await context.remember({ batch: guid });
  for (let wait = firstLookMs; state.phase === 'running' && guid !== undefined; wait *= 2) {
    const left = begun + patienceMs - avid.clock.now().getTime();
    if (left <= 0) break;
    await avid.clock.wait(Math.min(wait, left), signal);
    state = (await readBatch(avid, kind, calls, guid)) ?? state;
  }
  // Results may be left out of the first answer.
  const isBare: boolean = state.phase !== 'running' && state.results.length === 0 && guid !== undefined;
  return isBare && guid !== undefined ? ((await readBatch(avid, kind, calls, guid)) ?? state) : state;
}

export function ageOf({ now, sentAt }: BatchContext): number {
  return Math.max(0, now().getTime() - sentAt.getTime());
}

function numberOf(id: string): Json {
  return /^\d{1,15}$/.test(id) ? Number(id) : id;
}
