import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type { FileContent, SourceFiles } from '../../../runtime/connector/system';
import { numberAt, objectsAt, textAt } from '../members';
import type { Options } from './batch-kind';

export interface Image {
  readonly name: string;
  readonly type: string;
  readonly content: FileContent;
}

/** An image as it is kept in mind once it is sent: never its content. */
export interface SentImage {
  readonly file: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What AvidXchange shows, by the first bytes. */
const types: readonly (readonly [begin: string, type: string])[] = [
  ['25504446', 'application/pdf'],
  ['49492a00', 'image/tiff'],
  ['4d4d002a', 'image/tiff'],
  ['89504e47', 'image/png'],
  ['ffd8ff', 'image/jpeg'],
];
const megabyte = 1024 * 1024;
/** What an image weighs whose size nobody has said. */
const usualBytes = 300_000;

/** Bytes that a document makes of a batch, images in base64. */
export function weightOf(document: JsonObject): number {
  const { Images: _, ...rest } = document;
  const images = objectsAt(document, 'Images').map((image) => numberAt(image, 'Bytes') ?? usualBytes);
  return images.reduce((sum, bytes) => sum + Math.ceil(bytes / 3) * 4, JSON.stringify(rest).length);
}

export function imagesOf(document: JsonObject): readonly { readonly file: string; readonly name: string }[] {
  return objectsAt(document, 'Images').map((image) => ({
    file: textAt(image, 'SourceFile') ?? '',
    name: textAt(image, 'FileName') ?? '',
  }));
}

/**
 * Fetches an image from the source.
 * @throws RecordOutcome `image-refused` when it cannot be sent; SystemError when the source cannot be asked
 */
export async function fetchImage(
  { file, name }: { readonly file: string; readonly name: string },
  files: SourceFiles | undefined,
  options: Options,
): Promise<Image> {
  if (!files) throw refused(name, 'the source of the record hands out no files');
  const maxBytes = Number(options['imageMegabytes'] ?? 10) * megabyte;
  const content = await files.read(file, maxBytes).catch((error: unknown) => {
    const isRefusal =
      error instanceof SystemError && (error.recovery === 'rejected' || error.recovery === 'not-found');
    throw isRefusal ? refused(name, error.message) : error;
  });
  if (!content || content.bytes.length === 0) throw refused(name, 'the source has no such file');
  if (content.bytes.length > maxBytes) {
    throw refused(name, `it has ${content.bytes.length} bytes, more than the ${maxBytes} that are allowed`);
  }
  const begin = Buffer.from(content.bytes.subarray(0, 4)).toString('hex');
  const type = types.find(([magic]) => begin.startsWith(magic))?.[1];
  if (type === undefined) throw refused(name, 'it is neither PDF, TIFF, PNG nor JPEG');
  return { name: withEnding(name, type), type, content };
}

export function sentImage(file: string, { name, content }: Image): SentImage {
  return { file, name, bytes: content.bytes.length, sha256: content.sha256 };
}

/** Whether an image that cannot be sent is left out, and the invoice sent. */
export function mayBeLeftOut(error: unknown, { imageTrouble }: Options): error is RecordOutcome {
  return error instanceof RecordOutcome && error.reason === 'image-refused' && imageTrouble === 'without';
}

function withEnding(name: string, type: string): string {
  const ending = { 'application/pdf': 'pdf', 'image/tiff': 'tif', 'image/png': 'png', 'image/jpeg': 'jpg' }[
    type
  ];
  return /\.[A-Za-z0-9]{2,5}$/.test(name) ? name : `${name}.${ending}`;
}

function refused(name: string, why: string): RecordOutcome {
  return new RecordOutcome('park', 'image-refused', { message: `${name}: ${why}`, image: name });
}
