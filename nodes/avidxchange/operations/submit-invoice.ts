import {
  type BatchAnswer,
  type BatchContext,
  type BatchItem,
  onlyInBatches,
} from '../../../runtime/connector/batch';
import { RecordOutcome } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { Effect, LookUp, Operation, OperationContext } from '../../../runtime/connector/system';
import { equal } from '../../../runtime/mapping/decimals';
import type { AvidConnection } from '../connection';
import { toOurNames } from '../field-names';
import { textAt } from '../members';
import { lookUpBatch } from './batch-lookup';
import { sendBatch } from './batch-sending';
import { sentBefore, uploadImages } from './image-upload';
import { imagesOf, weightOf } from './images';
import { invoices as kind } from './invoice-kind';

/** What a look-up works with, before the document is sent and when its outcome is in doubt. */
type Looking = Pick<OperationContext, 'options' | 'remembered'>;

/**
 * Submits invoices. One that AvidXchange has under our id is never sent again; it cannot be changed there either, but
 * images may follow.
 */
export function submitInvoiceOperation(avid: AvidConnection): Operation {
  return {
    businessKey: (document) =>
      `invoice ${textAt(document, 'Number')} of vendor ${textAt(document, 'VendorExternalCode')}`,
    lookUp: async (document, context) => {
      const rows = await kind.find(avid, context.calls, [document]);
      return foundAmong(avid, rows, document, context);
    },
    create: onlyInBatches,
    update: (ref, document, previous, context) => update(avid, ref, document, previous, context),
    resume: (partial, document, context) => resume(avid, partial.ref, document, context),
    batch: {
      send: async (items, context) => imagesOpen(items, await sendBatch(avid, kind, items, context), context),
      lookUp: async (items, context) => {
        const answer = await lookUpBatch(avid, kind, items, context);
        return answer.status === 'absent' ? answer : imagesOpen(items, answer, context);
      },
      lookUpItems: async (items, { calls, options }) => {
        const documents = items.map(({ document }) => document);
        const rows = await kind.find(avid, calls, documents);
        return documents.map((document) => foundAmong(avid, rows, document, { options, remembered: {} }));
      },
      weigh: weightOf,
    },
    tally: ({ calls, now }) => kind.tally(avid, calls, now()),
  };
}

/** Where images go one by one, an invoice with images is not done before they are there. */
function imagesOpen(
  items: readonly BatchItem[],
  answer: BatchAnswer,
  { options }: BatchContext,
): BatchAnswer {
  if (options['images'] !== 'upload') return answer;
  const waiting = new Set(items.filter(({ document }) => imagesOf(document).length > 0).map(({ id }) => id));
  const results = (answer.results ?? []).map((result) =>
    result.outcome === 'done' && waiting.has(result.id)
      ? ({ id: result.id, outcome: 'unknown', message: 'its images are not sent yet' } as const)
      : result,
  );
  return { ...answer, results };
}

function foundAmong(
  avid: AvidConnection,
  rows: readonly JsonObject[],
  document: JsonObject,
  looking: Looking,
): LookUp {
  const ours = rows.filter(
    (row) => kind.isAbout(toOurNames(row, kind.schema, avid.fieldNames, kind.at), document, avid) === true,
  );
  const [row] = ours;
  if (!row) return { found: 'absent' };
  const ids = ours.flatMap((each) => textAt(each, 'Id') ?? []);
  const amount = textAt(row, avid.fieldNames.get('invoice.GrossAmount') ?? 'GrossAmount');
  const wanted = textAt(document, 'GrossAmount') ?? '';
  if (ids.length > 1 || (amount !== undefined && !equal(amount, wanted))) {
    const there = ids.map((id) => ({ id, ...(amount === undefined ? {} : { amount }) }));
    return { found: 'conflict', reason: 'number-in-use', detail: { there, amount: wanted } };
  }
  if (lacksImages(row, document, looking)) {
    return { found: 'partial', ref: kind.idOf(document, avid), missing: 'its images' };
  }
  return { found: 'present', ref: kind.idOf(document, avid), attributes: kind.attributes(row, looking) };
}

/**
 * As far as AvidXchange shows: one whose images went along in the batch may be without them all the same. An image
 * that is there twice does less harm than one that is missing.
 */
function lacksImages(row: JsonObject, document: JsonObject, { options, remembered }: Looking): boolean {
  const { images = 'inline', imageTrouble } = options;
  const wanted = imagesOf(document);
  if (wanted.length === 0 || images === 'none') return false;
  const sent = new Set(sentBefore(remembered).map(({ file }) => file));
  if (wanted.every(({ file }) => sent.has(file))) return false;
  const isShown = textAt(row, 'ImageUrl') !== undefined;
  if (images === 'inline') return !isShown && imageTrouble !== 'without';
  return wanted.length > 1 || !isShown;
}

async function resume(
  avid: AvidConnection,
  ref: string,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const rows = await kind.find(avid, context.calls, [document]);
  const row = rows.find((each) => textAt(each, 'Id') !== undefined);
  const id = textAt(row, 'Id');
  if (row === undefined || id === undefined) throw new RecordOutcome('park', 'outcome-unknown', { ref });
  await uploadImages(avid, id, document, context);
  return { ref, attributes: kind.attributes(row, { remembered: context.remembered }) };
}

/** Images that came later follow; nothing else of an invoice can be changed. */
async function update(
  avid: AvidConnection,
  ref: string,
  document: JsonObject,
  previous: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  const changed = differences(previous, document);
  const before = new Set(imagesOf(previous).map(({ file }) => file));
  const added = imagesOf(document).filter(({ file }) => !before.has(file));
  if (changed.some((name) => name !== 'Images')) {
    const fields = Object.fromEntries(
      changed.map((name) => [name, { sent: previous[name] ?? null, now: document[name] ?? null }]),
    );
    throw new RecordOutcome('park', 'changed-after-sent', { ref, changed: fields });
  }
  if (added.length === 0 || context.options['images'] === 'none') return { ref };
  const later = {
    ...document,
    Images: added.map(({ file, name }) => ({ SourceFile: file, FileName: name })),
  };
  return resume(avid, ref, later, context);
}

function differences(one: JsonObject, other: JsonObject): readonly string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return names.filter((name) => JSON.stringify(one[name] ?? null) !== JSON.stringify(other[name] ?? null));
}
