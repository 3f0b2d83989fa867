import { type Complaint, wordsOf } from '../failures';

/** Reasons by AvidXchange's codes, and by its words where it gives no code. The first that fits. */
const reasons: readonly (readonly [said: RegExp, reason: string])[] = [
  [/VendorInactive|\bvendor\b.*\b(not active|inactive)\b/i, 'vendor-inactive'],
  [/VendorNotFound|\bvendor\b.*\b(not (be )?found|does not exist|unknown)\b/i, 'vendor-not-linked'],
  [/ImageTooLarge|\bImage\w*|\bimages?\b/i, 'image-refused'],
  [
    /Code(NotFound|Inactive)|\bcode\b.*\b(not (be )?found|does not exist|unknown|not active|inactive)\b/i,
    'gl-account-unmapped',
  ],
  [/AmountMismatch|\badd up\b|\bamounts?\b.*\b(mismatch|differ)/i, 'amounts-differ'],
  [/CurrencyNotSupported|\bcurrency\b.*\bnot supported\b/i, 'currency-mismatch'],
];

/** Whether it says that the invoice is there already: by its code, else by its words. */
export function isDuplicate(complaints: readonly Complaint[]): boolean {
  return complaints.some(({ code, message }) => /duplicate|\bexists\b/i.test(`${code ?? ''} ${message}`));
}

/**
 * Whether a batch that failed says the same of every item, and nothing that can be true of an item: then it is about
 * the batch. Of an item that is alone, only what names the batch is.
 */
export function isAboutBatch(said: readonly (readonly Complaint[])[]): boolean {
  const [first = []] = said;
  const words = wordsOf(first);
  const isShared = words !== '' && said.every((complaints) => wordsOf(complaints) === words);
  const isAboutItem =
    isDuplicate(first) || first.some((each) => reasonOf(each) !== undefined || each.code === 'InvalidDate');
  return isShared && !isAboutItem && (said.length > 1 || /batch/i.test(words));
}

/** Whether all that is wrong are images. */
export function isAboutImages(complaints: readonly Complaint[]): boolean {
  return complaints.length > 0 && complaints.every((complaint) => reasonOf(complaint) === 'image-refused');
}

/** How a document parks that was refused with these complaints. */
export function refusalOf(complaints: readonly Complaint[]) {
  const code = complaints.find((complaint) => complaint.code !== undefined)?.code;
  const reason = complaints.map(reasonOf).find((found) => found !== undefined);
  return {
    reason: reason ?? 'rejected-by-target',
    ...(code === undefined ? {} : { code }),
    message: wordsOf(complaints) || 'refused without a reason',
  };
}

/** How a document parks that was refused in these words, with no result of its own. */
export function reasonOfWords(message: string): string {
  const complaints = [{ code: undefined, message, id: undefined }];
  return isDuplicate(complaints) ? 'number-in-use' : refusalOf(complaints).reason;
}

function reasonOf({ code, message }: Complaint): string | undefined {
  const said = `${code ?? ''} ${message}`;
  return reasons.find(([pattern]) => pattern.test(said))?.[1];
}
