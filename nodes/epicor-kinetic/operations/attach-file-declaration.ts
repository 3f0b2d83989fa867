import type { OperationDeclaration } from '../../../runtime/connector/manifest';

export const attachFile: OperationDeclaration = {
  title: 'Attach a file to an AP invoice',
  help: 'Fetches an image or another file from the source of the record, stores it in Epicor and attaches it to the invoice, once. The file never travels in a message.',
  document: {
    type: 'object',
    additionalProperties: false,
    required: ['vendorNum', 'invoiceNum', 'file', 'fileName'],
    properties: {
      vendorNum: { type: 'integer', minimum: 1 },
      invoiceNum: { type: 'string', minLength: 1, maxLength: 50 },
      file: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Key of the file at the source. The same key is attached once.',
      },
      fileName: { type: 'string', minLength: 1, maxLength: 500, description: 'As people know it.' },
    },
  },
  effect: 'act',
  material: ['vendorNum', 'invoiceNum', 'file'],
  businessKey: 'vendor number, invoice number and file',
  options: [
    {
      name: 'documentType',
      type: 'text',
      label: 'Document type',
      help: 'ID of the document type in Epicor, which says where files are stored. Empty: the default of the company.',
      maxLength: 12,
    },
    {
      name: 'largestMegabytes',
      type: 'integer',
      label: 'Largest file (MB)',
      help: 'A larger file is not sent: its record parks, the invoice stays as it is.',
      default: 10,
      minimum: 1,
      maximum: 30,
    },
  ],
};
