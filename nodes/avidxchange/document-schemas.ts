import { boolean, date, decimal, decimals, document, filled, integer, listOf, upTo } from './schema-parts';

const address = document([], {
  Line1: upTo(100),
  Line2: upTo(100),
  City: upTo(60),
  State: upTo(60),
  PostalCode: upTo(20),
  Country: upTo(60),
});

export const vendorDocument = document(['ExternalVendorCode', 'Name'], {
  ExternalVendorCode: filled(50),
  AddressCode: upTo(50),
  Name: filled(100),
  NameOnCheck: upTo(100),
  FedTaxId: upTo(50),
  Address: address,
  RemitAddress: address,
  Telephone1: upTo(50),
  Email: upTo(255),
  Website: upTo(255),
  PaymentTerms: upTo(100),
  Active: boolean,
});

const code = {
  CodeValue: filled(100),
  Description: upTo(255),
  GroupName: upTo(100),
  IsActive: boolean,
};

export const glCodeDocument = document(['CodeValue'], code);

export const dimensionDocument = document(['CodeValue', 'GroupName'], { ...code, GroupName: filled(100) });

export const purchaseOrderDocument = document(['OrderNumber', 'VendorExternalCode'], {
  OrderNumber: filled(50),
  ExternalCode: upTo(100),
  RequisitionName: upTo(100),
  VendorExternalCode: filled(50),
  BillToCompanyExternalCode: upTo(50),
  ShipToCompanyExternalCode: upTo(50),
  EndDate: date,
  ShippingMethod: upTo(100),
  ...decimals('Taxes Discount TotalAmount'),
  Status: { type: 'string', enum: ['open', 'closed'] },
  LineItems: listOf(
    document([], {
      ExternalCode: upTo(100),
      LineNumber: integer,
      Item: document([], {
        ProductCode: upTo(100),
        ProductDesc: upTo(255),
        Quantity: decimal,
        UOM: upTo(20),
      }),
      ...decimals('Amount PricePer'),
    }),
  ),
});

const enterpriseCode = document(['EnterpriseCodeValue'], {
  EnterpriseCodeValue: filled(100),
  EnterpriseCodeValueDescription: upTo(255),
  GroupName: upTo(100),
});

export const invoiceDocument = document(
  ['ExternalInvoiceId', 'Number', 'InvoiceDate', 'VendorExternalCode', 'GrossAmount', 'Distributions'],
  {
    ExternalInvoiceId: filled(150),
    Number: filled(50),
    InvoiceDate: date,
    InvoiceDueDate: date,
    PostingDate: date,
    VendorExternalCode: filled(50),
    VendorName: upTo(100),
    GrossAmount: decimal,
    CurrencyCode: { type: 'string', pattern: '^[A-Z]{3}$' },
    PONumber: upTo(50),
    AccountNumber: upTo(50),
    Reference: upTo(100),
    Memo: upTo(500),
    Distributions: {
      type: 'array',
      minItems: 1,
      items: document(['Amount'], {
        LineNumber: integer,
        Amount: decimal,
        Description: upTo(500),
        PONumber: upTo(50),
        POLineNumber: integer,
        EnterpriseCodes: listOf(enterpriseCode),
      }),
    },
    Images: listOf(
      document(['SourceFile', 'FileName'], {
        SourceFile: {
          ...filled(200),
          description: 'Key of the file in the system that the invoice comes from',
        },
        FileName: filled(255),
        Bytes: integer,
      }),
    ),
  },
);
