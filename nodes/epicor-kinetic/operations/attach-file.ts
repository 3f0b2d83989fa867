import { createHash } from 'node:crypto';
import { RecordOutcome, SystemError } from '../../../runtime/connector/errors';
import type { JsonObject } from '../../../runtime/connector/json';
import type {
  Effect,
  FileContent,
  LookUp,
  Operation,
  OperationContext,
} from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { integerIn, isAdded, rowsOf, textIn, withNewColumns } from '../dataset';
import { errorCodes } from '../error-table';
import { type FoundDocument, getById } from '../get-by-id';
import { callMethod, methodName } from '../methods';
import { invoiceTable } from '../tables';
import { asOutcome, hasCode, unreadableAnswer } from '../troubles';

const { service } = invoiceTable;
const store = 'Ice.BO.AttachmentSvc';
const upload = 'UploadFileToDocTypeStorage';
const attachments = 'APInvHedAttch';
const megabyte = 1024 * 1024;
/** Longest description that every build takes. */
const longestDescription = 30;
const longestName = 60;

/**
 * Attaches a file to an invoice: stored first, then hung on the invoice. It is known again by a mark made of its key
 * at the source, which stands in the name it is stored under and in the description of the attachment.
 */
export function attachFileOperation(connection: EpicorConnection): Operation {
  return {
    businessKey: (document) => `file ${textIn(document, 'file') ?? ''} of ${nameOf(document)}`,
    lookUp: (document, context) => lookUp(connection, document, context),
    create: (document, context) => attach(connection, document, context),
  };
}

async function lookUp(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<LookUp> {
  const invoice = await readInvoice(connection, document, context);
  if (!invoice) {
    const message = `There is no ${nameOf(document)} in company ${connection.company}.`;
    return { found: 'conflict', reason: 'not-ours', detail: { message }, absent: true };
  }
  const there = attachedIn(invoice.dataset, document);
  return there ? { found: 'present', ref: refOf(document, there) } : { found: 'absent' };
}

async function attach(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<Effect> {
  try {
    const path = textIn(context.remembered, 'path') ?? (await storeFile(connection, document, context));
    try {
      return await hang(connection, document, path, context);
    } catch (error) {
      if (!hasCode(error, errorCodes.staleRow)) throw error;
      // Somebody saved the invoice in between: read again, attached again, once.
      return await hang(connection, document, path, context);
    }
  } catch (error) {
    throw asOutcome(error);
  }
}

/** Gives the path under which the server has stored the file. */
async function storeFile(
  connection: EpicorConnection,
  document: JsonObject,
  context: OperationContext,
): Promise<string> {
  const { bytes } = await fetchFile(document, context);
  const { returned, parameters } = await callMethod(connection, context.calls, {
    service: store,
    method: upload,
    parameters: {
      docTypeID: textIn(context.options, 'documentType') ?? '',
      parentTable: invoiceTable.table,
      fileName: storedName(document),
      data: Buffer.from(bytes).toString('base64'),
      metadata: {},
    },
    effect: 'once',
  });
  const path = returned ?? parameters['returnObj'];
  if (typeof path !== 'string' || path === '') throw unreadableAnswer(methodName(store, upload));
  await context.remember({ path });
  return path;
}

/** @throws RecordOutcome `image-refused` when it cannot be sent; SystemError when the source cannot be asked */
async function fetchFile(
  document: JsonObject,
  { sourceFiles, options }: OperationContext,
): Promise<FileContent> {
  if (!sourceFiles) throw refused(document, 'the source of the record hands out no files');
  const maxBytes = (integerIn(options, 'largestMegabytes') ?? 10) * megabyte;
  const content = await sourceFiles.read(textIn(document, 'file') ?? '', maxBytes).catch((error: unknown) => {
    const isRefusal = error instanceof SystemError && ['rejected', 'not-found'].includes(error.recovery);
    throw isRefusal ? refused(document, `${error.message} ${error.remedy}`) : error;
  });
  if (!content) throw refused(document, 'the source does not hand it out');
  return content;
}

async function hang(
  connection: EpicorConnection,
  document: JsonObject,
  path: string,
  context: OperationContext,
): Promise<Effect> {
  const invoice = await readInvoice(connection, document, context);
  if (!invoice) throw refused(document, `there is no ${nameOf(document)} any more`);
  const before = attachedIn(invoice.dataset, document);
  if (before) return { ref: refOf(document, before) };
  const key = keyOf(document);
  const started = await callMethod(connection, context.calls, {
    service,
    method: 'GetNewAPInvHedAttch',
    parameters: { ds: invoice.dataset, ...key },
    effect: 'read',
  });
  const ds = withNewColumns(started.dataset, attachments, {
    FileName: path,
    DrawDesc: descriptionOf(document),
    DocTypeID: textIn(context.options, 'documentType') ?? '',
    RowMod: 'A',
  });
  const added = rowsOf(ds, attachments).filter(isAdded);
  await callMethod(connection, context.calls, {
    service,
    method: 'Update',
    parameters: { ds: { ...ds, [attachments]: added } },
    effect: 'once',
  });
  const after = await readInvoice(connection, document, context);
  const there = after && attachedIn(after.dataset, document);
  if (there) return { ref: refOf(document, there) };
  throw new RecordOutcome('park', 'rejected-by-target', {
    message: `Epicor said success, and ${nameOf(document)} does not show the file.`,
  });
}

function readInvoice(
  connection: EpicorConnection,
  document: JsonObject,
  { calls }: OperationContext,
): Promise<FoundDocument | undefined> {
  const key = keyOf(document);
  const columns = { VendorNum: key.vendorNum, InvoiceNum: key.invoiceNum };
  return getById(connection, calls, invoiceTable, key, columns);
}

function attachedIn(dataset: JsonObject, document: JsonObject): JsonObject | undefined {
  const mark = markOf(document);
  return rowsOf(dataset, attachments).find((row) =>
    ['DrawDesc', 'FileName'].some((column) => textIn(row, column)?.includes(mark)),
  );
}

/** Ten characters made of the file's key: names may repeat, and servers put theirs before or behind them. */
function markOf(document: JsonObject): string {
  return createHash('sha256')
    .update(textIn(document, 'file') ?? '')
    .digest('hex')
    .slice(0, 10);
}

/** A name that every storage takes, with the mark before its ending. */
function storedName(document: JsonObject): string {
  const [name, ending] = partsOf(document);
  const plain = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '_')
    .slice(0, longestName);
  return `${plain}-${markOf(document)}${ending.replace(/[^A-Za-z0-9.]/g, '')}`;
}

function descriptionOf(document: JsonObject): string {
  const [name] = partsOf(document);
  return `${[...name].slice(0, longestDescription - markOf(document).length - 1).join('')} ${markOf(document)}`;
}

/** The name without folders, and its ending with the dot. */
function partsOf(document: JsonObject): readonly [string, string] {
  const whole = (textIn(document, 'fileName') ?? '').replace(/^.*[\\/]/, '').trim() || 'file';
  const ending = /\.[^.]{1,8}$/.exec(whole)?.[0] ?? '';
  return [ending.length < whole.length ? whole.slice(0, whole.length - ending.length) : whole, ending];
}

function keyOf(document: JsonObject): { readonly vendorNum: number; readonly invoiceNum: string } {
  return {
    vendorNum: integerIn(document, 'vendorNum') ?? 0,
    invoiceNum: textIn(document, 'invoiceNum') ?? '',
  };
}

function refOf(document: JsonObject, row: JsonObject): string {
  const { vendorNum, invoiceNum } = keyOf(document);
  return `${vendorNum}|${invoiceNum}|${textIn(row, 'DrawingSeq') ?? ''}`;
}

function nameOf(document: JsonObject): string {
  return `invoice ${textIn(document, 'invoiceNum') ?? ''} of vendor ${textIn(document, 'vendorNum') ?? ''}`;
}

function refused(document: JsonObject, why: string): RecordOutcome {
  const name = textIn(document, 'fileName') ?? '';
  return new RecordOutcome('park', 'image-refused', { message: `${name}: ${why}`, image: name });
}
