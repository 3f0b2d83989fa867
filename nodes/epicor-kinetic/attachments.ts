import { createHash } from 'node:crypto';
import { SystemError } from '../../runtime/connector/errors';
import type { FileContent, FileReader, ReadContext } from '../../runtime/connector/system';
import type { EpicorConnection } from './connection';
import { callMethod, methodName, type Reply } from './methods';
import { unreadableAnswer } from './troubles';

const service = 'Ice.BO.AttachmentSvc';
const notHere = [404, 405];

/** Files attached to documents, by the number of their file reference (`XFileRefNum`). */
export function attachmentReader(connection: EpicorConnection): FileReader {
  return { read: (key, maxBytes, context) => readAttachment(connection, key, maxBytes, context) };
}

/**
 * Builds differ in the method that hands a file out. The content travels in base64; its size is known before it
 * is decoded.
 */
async function readAttachment(
  connection: EpicorConnection,
  key: string,
  maxBytes: number,
  { calls }: ReadContext,
): Promise<FileContent | undefined> {
  if (!/^\d+$/.test(key)) return undefined;
  const parameters = { xFileRefNum: Number(key) };
  const download = (method: string, more = {}) =>
    callMethod(connection, calls, {
      service,
      method,
      parameters: { ...parameters, ...more },
      effect: 'read',
      accept: notHere,
    });
  const first = await download('DownloadFile');
  const reply = isMissingMethod(first)
    ? await download('DownloadFileFromDocumentStorage', { metadata: {} })
    : first;
  if (reply.failure) return undefined;
  const text = reply.returned ?? reply.parameters['returnObj'];
  if (typeof text !== 'string') throw unreadableAnswer(methodName(service, 'DownloadFile'));
  return contentOf(text, maxBytes, key);
}

function isMissingMethod({ failure }: Reply): boolean {
  return failure !== undefined && !/RecordNotFound/i.test(failure.type ?? '');
}

function contentOf(base64: string, maxBytes: number, key: string): FileContent | undefined {
  const text = base64.replace(/\s+/g, '');
  const size = Math.floor((text.length * 3) / 4);
  if (size === 0) return undefined;
  if (size > maxBytes + 2) throw tooLarge(key, size, maxBytes);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw unreadableAnswer(methodName(service, 'DownloadFile'));
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > maxBytes) throw tooLarge(key, bytes.length, maxBytes);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}

function tooLarge(key: string, size: number, maxBytes: number): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'EPICOR_FILE_TOO_LARGE',
    text: `File ${key} has ${size} bytes, more than the ${maxBytes} that are allowed.`,
    remedy: 'Attach a smaller file in Epicor, then replay.',
    call: methodName(service, 'DownloadFile'),
  });
}
