import { nextNumber } from './invoice-tree';
import { type CallContext, type Method, type MethodReply, reads, writes } from './method';
import { businessError, EpicorRefusal, noSuchRecord } from './refusal';
import { text } from './state';
import type { Row, Value } from './table-rows';

const LARGEST = 10 * 1024 * 1024;
const FOLDER = '\\\\files\\attachments\\';

/** Attaches a stored file to an invoice. A path that nothing was uploaded to becomes a link without content. */
export function addAttachment(call: CallContext, head: Row, sent: Row): Row {
  const file = text(sent, 'FileName');
  if (file === '') throw businessError('File name is required.', 'APInvHedAttch', 'FileName');
  const references = call.company.rows('XFileRef');
  const reference =
    references.all.find((row) => text(row, 'XFileName') === file) ??
    storeReference(call, file, text(sent, 'DrawDesc'), text(sent, 'DocTypeID'));
  const key: Row = { VendorNum: head['VendorNum'] ?? 0, InvoiceNum: text(head, 'InvoiceNum') };
  const row: Row = {
    ...key,
    Company: call.company.code,
    DrawingSeq: nextNumber(call.company.rows('APInvHedAttch').childrenOf(head), 'DrawingSeq'),
    XFileRefNum: reference['XFileRefNum'] ?? 0,
    DrawDesc: text(sent, 'DrawDesc'),
    FileName: file,
    DocTypeID: text(sent, 'DocTypeID'),
    ForeignSysRowID: text(head, 'SysRowID'),
    RowMod: '',
  };
  call.state.insert(call.company, 'APInvHedAttch', row, call.user);
  const hanging: Row = {
    RelatedToSchemaName: 'Erp',
    RelatedToFile: 'APInvHed',
    Key1: text(key, 'VendorNum'),
    Key2: text(key, 'InvoiceNum'),
    Key3: '',
    AttachNum: row['DrawingSeq'] ?? 0,
    XFileRefNum: row['XFileRefNum'] ?? 0,
    ForeignSysRowID: text(head, 'SysRowID'),
  };
  call.state.insert(call.company, 'XFileAttch', hanging, call.user);
  return row;
}

function storeReference(call: CallContext, path: string, description: string, type: string): Row {
  const number = call.company.nextFile;
  call.company.nextFile += 1;
  const row: Row = {
    Company: call.company.code,
    XFileRefNum: number,
    XFileName: path,
    XFileDesc: description,
    DocTypeID: type,
  };
  return call.state.insert(call.company, 'XFileRef', row, call.user);
}

function contentOf(call: CallContext, number: Value): string {
  if (call.company.rows('XFileRef').find(number) === undefined) throw noSuchRecord();
  const file = Number(number);
  const content = call.company.uploaded.get(file) ?? call.company.fileContent?.(file);
  if (content === undefined)
    throw new EpicorRefusal(500, 'System.IO.FileNotFoundException', 'File not found.');
  return Buffer.from(content).toString('base64');
}

const upload: Method = writes((call): MethodReply => {
  const [type, table, name] = [call.text('docTypeID'), call.text('parentTable'), call.text('fileName')];
  const data = call.text('data');
  if (name === '') throw businessError('File name is required.');
  if (!call.state.schema.has(table)) throw businessError(`Table ${table} is not valid.`);
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data)) throw businessError('The data is not in base64.');
  const content = Buffer.from(data, 'base64');
  if (content.length > LARGEST) throw new EpicorRefusal(413, 'System.Exception', 'The file is too large.');
  const path = `${FOLDER}${call.company.nextFile}_${name}`;
  const reference = storeReference(call, path, '', type);
  call.company.uploaded.set(Number(reference['XFileRefNum']), content);
  return { returnObj: path };
});

/** Methods of the attachment service: files travel in base64. */
export const ATTACHMENT_METHODS: Readonly<Record<string, Method>> = {
  UploadFileToDocTypeStorage: upload,
  UploadFile: upload,
  DownloadFile: reads((call) => ({ returnObj: contentOf(call, call.whole('xFileRefNum')) })),
  DownloadFileFromDocumentStorage: reads((call) => {
    if (call.parameters['metadata'] === undefined)
      throw businessError('Parameter metadata is not found in the input object');
    return { returnObj: contentOf(call, call.whole('xFileRefNum')) };
  }),
};
