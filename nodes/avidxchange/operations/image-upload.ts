import { randomUUID } from 'node:crypto';
import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { OperationContext } from '../../../runtime/connector/system';
import { type AvidConnection, urlOf } from '../connection';
import { withImagesMs } from '../connection-declaration';
import { objectsIn, textAt } from '../members';
import { fetchImage, type Image, imagesOf, mayBeLeftOut, type SentImage, sentImage } from './images';

/**
 * Sends the images of an invoice that AvidXchange has, those that are not remembered as sent, one by one.
 * @param invoiceId AvidXchange's own
 * @throws RecordOutcome `image-refused`; the invoice stays, and a replay goes on with its images
 */
export async function uploadImages(
  avid: AvidConnection,
  invoiceId: string,
  document: JsonObject,
  context: OperationContext,
): Promise<readonly SentImage[]> {
  const { options, sourceFiles } = context;
  const sent = [...sentBefore(context.remembered)];
  for (const each of imagesOf(document)) {
    if (sent.some(({ file }) => file === each.file)) continue;
    try {
      const image = await fetchImage(each, sourceFiles, options);
      await upload(avid, invoiceId, image, context);
      sent.push(sentImage(each.file, image));
      await context.remember({ uploaded: sent.map((image) => ({ ...image })) });
    } catch (error) {
      if (!mayBeLeftOut(error, options)) throw error;
    }
  }
  return sent;
}

/** What went along with a batch is not among these: it may have been left behind. */
export function sentBefore(remembered: JsonObject): readonly SentImage[] {
  return objectsIn(remembered['uploaded']).map((image) => ({
    file: textAt(image, 'file') ?? '',
    name: textAt(image, 'name') ?? '',
    bytes: Number(textAt(image, 'bytes')),
    sha256: textAt(image, 'sha256') ?? '',
  }));
}

async function upload(
  avid: AvidConnection,
  invoiceId: string,
  { name, type, content }: Image,
  { calls }: OperationContext,
): Promise<void> {
  const boundary = `ml-${randomUUID()}`;
  const fileName = name.replace(/["\r\n\\]/g, '_');
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${fileName}"\r\nContent-Type: ${type}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), content.bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  try {
    await calls.call({
      name: 'upload-image',
      method: 'POST',
      url: urlOf(avid, 'imagesPath', invoiceId),
      bytes: { content: body, type: `multipart/form-data; boundary=${boundary}` },
      effect: 'once',
      timeoutMs: withImagesMs(),
    });
  } catch (error) {
    const isRefusal =
      error instanceof SystemError && (error.recovery === 'rejected' || error.recovery === 'not-found');
    if (!isRefusal) throw error;
    throw new RecordOutcome('park', 'image-refused', {
      message: `${name}: ${error.message}`,
      image: name,
      ...(error.systemWords === undefined ? {} : { systemWords: error.systemWords }),
    });
  }
}
