import type { TableDeclaration } from './schema';

/** Stored files, and what they hang on. */
export const ATTACHMENT_TABLES: readonly TableDeclaration[] = [
  {
    name: 'XFileRef',
    set: 'XFileRefs',
    service: 'Ice.BO.XFileRefSvc',
    key: ['XFileRefNum'],
    columns: 'XFileRefNum:int XFileName:text XFileDesc:text DocTypeID:text PDMDocID:text',
  },
  {
    name: 'XFileAttch',
    set: 'XFileAttches',
    service: 'Ice.BO.XFileAttchSvc',
    key: ['RelatedToSchemaName', 'RelatedToFile', 'Key1', 'Key2', 'Key3', 'AttachNum'],
    columns: `RelatedToSchemaName:text RelatedToFile:text Key1:text Key2:text Key3:text AttachNum:int XFileRefNum:int
      ForeignSysRowID:guid`,
  },
];
