import type { WireObject } from '../http/exact-json';
import { ItemFields } from './item-fields';
import type { ImageRecord, ItemError } from './records';
import type { AvidSite } from './site';

const TYPES: readonly (readonly [type: string, begins: readonly string[]])[] = [
  ['application/pdf', ['25504446']],
  ['image/tiff', ['49492a00', '4d4d002a']],
  ['image/png', ['89504e47']],
  ['image/jpeg', ['ffd8ff']],
];

/** What an image is, by its first bytes; undefined when it is none that can be shown. */
export function typeOf(bytes: Uint8Array): string | undefined {
  const begin = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  return TYPES.find(([, begins]) => begins.some((each) => begin.startsWith(each)))?.[0];
}

/** Why an image cannot be taken; undefined: it can. */
export function imageError(site: AvidSite, name: string, type: string, bytes: Buffer): ItemError | undefined {
  const { imageLimit } = site.switches;
  if (bytes.length > imageLimit) {
    return { code: 'ImageTooLarge', message: `Image ${name} is larger than ${imageLimit} bytes.` };
  }
  const is = typeOf(bytes);
  if (is === undefined || is !== type) {
    return { code: 'ImageInvalid', message: `Image ${name} is not of the type ${type}, or cannot be read.` };
  }
  return undefined;
}

/** The images that an item brings with it, and what is wrong with some of them. */
export function imagesIn(
  site: AvidSite,
  given: readonly WireObject[],
): { readonly images: ImageRecord[]; readonly errors: ItemError[] } {
  const images: ImageRecord[] = [];
  const errors: ItemError[] = [];
  for (const each of given) {
    const fields = new ItemFields(each, 'Images.');
    const name = fields.needText('FileName', 255);
    const type = fields.needText('ContentType', 100);
    const content = each['Image'];
    const isBase64 = typeof content === 'string' && content !== '' && isWritten(content);
    if (!isBase64) fields.wrong(`Images.Image of ${name} is not in base64.`, 'ImageInvalid');
    const bytes = Buffer.from(isBase64 ? content : '', 'base64');
    const error = fields.errors[0] ?? imageError(site, name, type.toLowerCase(), bytes);
    if (error === undefined) images.push(site.image(name, type.toLowerCase(), bytes));
    else errors.push(error);
  }
  return { images, errors };
}

function isWritten(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
