import type { BatchContext, BatchItem, BatchResult } from '../../../runtime/connector/batch';
import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import { encodeLossless } from '../../../runtime/connector/lossless-json';
import type { AvidConnection } from '../connection';
import { toTheirNames } from '../field-names';
import type { BatchKind } from './batch-kind';
import { withClearedFields } from './cleared-fields';
import { fetchImage, imagesOf, mayBeLeftOut, type SentImage, sentImage } from './images';
import { withPlainDecimals } from './plain-decimals';

/** A batch ready to be sent, and the items that do not go with it. */
export interface BatchBody {
  readonly content: Uint8Array;
  readonly items: readonly BatchItem[];
  readonly hasImages: boolean;
  /** Refused by checks of ours, or left over for another batch. */
  readonly aside: readonly BatchResult[];
}

const megabyte = 1024 * 1024;
/** So many files in a row that the source fails at are no trouble of theirs. */
const mostFailedFiles = 3;

/**
 * Writes the body of a batch, with one image at a time in memory beside it. An item that cannot be sent, and whatever
 * would make the body too large, stays aside.
 * One whose image the source fails at goes in a later batch, and holds up no other.
 * @throws SystemError when the source of the images cannot be asked
 */
export async function batchBody(
  avid: AvidConnection,
  kind: BatchKind,
  items: readonly BatchItem[],
  head: JsonObject,
  context: BatchContext,
): Promise<BatchBody> {
  const maxBytes = Number(context.options['batchMegabytes'] ?? 20) * megabyte;
  const aside: BatchResult[] = [];
  const taken: BatchItem[] = [];
  const written: Buffer[] = [Buffer.from(`${JSON.stringify(head).slice(0, -1)},"Items":[`)];
  const facts: [BatchItem, readonly SentImage[]][] = [];
  const places = new Set<string>();
  let bytes = written[0]?.length ?? 0;
  let failedFiles = 0;
  let failure: SystemError | undefined;
  for (const [at, item] of items.entries()) {
    const place = kind.placeOf(item.document, avid);
    if (places.has(place)) {
      aside.push(twice(item, kind, place));
      continue;
    }
    try {
      const entry = await encodeItem(avid, kind, item, context);
      if (taken.length > 0 && bytes + entry.bytes > maxBytes) {
        aside.push(...items.slice(at).map(leftOver));
        break;
      }
      places.add(place);
      if (taken.length > 0) written.push(Buffer.from(','));
      written.push(...entry.parts);
      bytes += entry.bytes + 1;
      taken.push(item);
      if (entry.images.length > 0) {
        facts.push([item, entry.images]);
        failedFiles = 0;
      }
    } catch (error) {
      if (error instanceof RecordOutcome) aside.push({ id: item.id, ...refusal(error) });
      else if (isAboutFile(error) && failedFiles < mostFailedFiles) {
        failedFiles += 1;
        failure = error;
        aside.push({ id: item.id, outcome: 'again', message: error.message });
      } else throw error;
    }
  }
  if (failure && taken.length === 0 && aside.every(({ outcome }) => outcome === 'again')) throw failure;
  written.push(Buffer.from(']}'));
  await Promise.all(
    facts.map(([item, images]) => item.remember({ images: images.map((image) => ({ ...image })) })),
  );
  return { content: Buffer.concat(written), items: taken, hasImages: facts.length > 0, aside };
}

/** The source answered, and failed: at this file perhaps, and not at others. */
function isAboutFile(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'retry' && error.status !== undefined;
}

interface Entry {
  readonly parts: readonly Buffer[];
  readonly bytes: number;
  readonly images: readonly SentImage[];
}

async function encodeItem(
  avid: AvidConnection,
  kind: BatchKind,
  { document, linked }: BatchItem,
  { options, sourceFiles }: BatchContext,
): Promise<Entry> {
  const recordOf = (each: JsonObject) => kind.record(each, avid, options);
  const whole = linked
    ? withClearedFields(recordOf(document), recordOf(linked.previous))
    : recordOf(document);
  const record = toTheirNames(whole, kind.schema, avid.fieldNames, kind.at);
  const text = encodeLossless(withPlainDecimals(record.document, record.schema), record.schema);
  const parts: Buffer[] = [];
  const images: SentImage[] = [];
  const wanted = kind.one === 'invoice' && options['images'] !== 'upload' && options['images'] !== 'none';
  for (const each of wanted ? imagesOf(document) : []) {
    try {
      const image = await fetchImage(each, sourceFiles, options);
      const about = JSON.stringify({ FileName: image.name, ContentType: image.type }).slice(0, -1);
      parts.push(Buffer.from(`${images.length > 0 ? ',' : ''}${about},"Image":"`));
      // Base64 has one byte for each of its characters.
      parts.push(
        Buffer.from(Buffer.from(image.content.bytes).toString('base64'), 'latin1'),
        Buffer.from('"}'),
      );
      images.push(sentImage(each.file, image));
    } catch (error) {
      if (!mayBeLeftOut(error, options)) throw error;
    }
  }
  const written =
    images.length === 0
      ? [Buffer.from(text)]
      : [Buffer.from(`${text.slice(0, -1)},"Images":[`), ...parts, Buffer.from(']}')];
  return { parts: written, bytes: written.reduce((sum, part) => sum + part.length, 0), images };
}

function refusal({ reason, message: said, detail }: RecordOutcome) {
  const message = typeof detail['message'] === 'string' ? detail['message'] : said;
  return { outcome: 'refused', reason, message, detail: { ...detail } as JsonObject } as const;
}

function twice({ id }: BatchItem, { one }: BatchKind, name: string): BatchResult {
  const message = `another record of the batch is the ${one} ${name} too`;
  return { id, outcome: 'refused', reason: 'number-in-use', message };
}

function leftOver({ id }: BatchItem): BatchResult {
  return { id, outcome: 'again', message: 'the batch would have been too large with it' };
}
