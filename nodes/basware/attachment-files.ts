import { createHash } from 'node:crypto';
import { SystemError } from '../../runtime/connector/errors';
import type { FileContent, FileReader, ReadContext } from '../../runtime/connector/system';
import { type BaswareConnection, urlOf } from './connection';
import { isNotFound } from './troubles';

const call = 'get-attachment';

/**
 * Images and files of invoices, by the key of the stream `attachments`: invoice and attachment joined by a bar.
 * Basware answers with a redirect to a store of files, good for fifteen minutes and asked for without our identity.
 */
export function attachmentFiles(basware: BaswareConnection): FileReader {
  return { read: (key, maxBytes, context) => readFile(basware, key, maxBytes, context) };
}

async function readFile(
  basware: BaswareConnection,
  key: string,
  maxBytes: number,
  { calls }: ReadContext,
): Promise<FileContent | undefined> {
  const bar = key.indexOf('|');
  if (bar < 1) return undefined;
  const url = urlOf(basware, 'accountingDocuments', key.slice(0, bar), 'attachments', key.slice(bar + 1));
  try {
    const { bytes } = await calls.call({
      name: call,
      method: 'GET',
      url,
      headers: { Accept: '*/*' },
      effect: 'read',
      redirects: 'bare',
      file: { maxBytes },
    });
    if (!bytes || bytes.length === 0) return undefined;
    return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw isTooLarge(error) ? tooLarge(key, maxBytes) : error;
  }
}

function isTooLarge(error: unknown): boolean {
  return error instanceof SystemError && error.code === 'ANSWER_TOO_LARGE';
}

function tooLarge(key: string, maxBytes: number): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'BASWARE_FILE_TOO_LARGE',
    text: `The file ${key} has more than the ${maxBytes} bytes that are allowed.`,
    remedy: 'Allow larger files on the write node, or attach it by hand.',
    call,
  });
}
