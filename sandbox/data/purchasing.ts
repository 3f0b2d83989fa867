import { addDays } from '../clock';
import type { Row } from '../epicor-kinetic/table-rows';
import { sum, times } from '../money';
import { COA } from './accounts';

/** A purchase order as the generator thinks of it. */
export interface OrderSeed {
  readonly number: number;
  readonly vendorNum: number;
  readonly vendorId: string;
  readonly lines: readonly OrderLineSeed[];
  readonly currency?: string;
  readonly approval?: 'U' | 'P' | 'A' | 'R';
  readonly closed?: boolean;
}

export interface OrderLineSeed {
  readonly part: string;
  readonly description: string;
  readonly quantity: string;
  /** Decimal text. */
  readonly unitCost: string;
  /** Account of the release, segments joined by `|`. */
  readonly account: string;
  /** Quantity that has arrived, on a packing slip of its own; absent: nothing. */
  readonly received?: string;
}

/** The rows of orders, with one release per line, and of what was received of them. */
export function orderRows(orders: readonly OrderSeed[], today: string): Record<string, Row[]> {
  const tables = {
    POHeader: [] as Row[],
    PODetail: [] as Row[],
    PORel: [] as Row[],
    PORelTGLC: [] as Row[],
    RcvDtl: [] as Row[],
  };
  const date = addDays(today, -30);
  for (const order of orders) {
    const open = order.closed !== true;
    const total = sum(order.lines.map((line) => times(line.quantity, line.unitCost)));
    tables.POHeader.push({
      PONum: order.number,
      OpenOrder: open,
      OrderDate: date,
      DueDate: addDays(date, 14),
      VendorNum: order.vendorNum,
      VendorVendorID: order.vendorId,
      TermsCode: 'N30',
      CurrencyCode: order.currency ?? 'USD',
      BuyerID: 'BUYER1',
      ApprovalStatus: order.approval ?? 'A',
      Approve: (order.approval ?? 'A') === 'A',
      Confirmed: true,
      POType: 'STD',
      TotalOrder: total,
      DocTotalOrder: total,
      ShipName: 'Main plant',
      ChangedBy: 'buyer',
      ChangeDate: date,
    });
    order.lines.forEach((line, index) => {
      const number = index + 1;
      const cost = times(line.quantity, line.unitCost);
      tables.PODetail.push({
        PONUM: order.number,
        POLine: number,
        OpenLine: open,
        PartNum: line.part,
        LineDesc: line.description,
        OrderQty: line.quantity,
        XOrderQty: line.quantity,
        PUM: 'EA',
        IUM: 'EA',
        UnitCost: line.unitCost,
        DocUnitCost: line.unitCost,
        CostPerCode: 'E',
        ExtCost: cost,
        DocExtCost: cost,
        DueDate: addDays(date, 14),
        ChangedBy: 'buyer',
        ChangeDate: date,
      });
      const release: Row = { PONum: order.number, POLine: number, PORelNum: 1 };
      tables.PORel.push({
        ...release,
        RelQty: line.quantity,
        XRelQty: line.quantity,
        ReceivedQty: line.received ?? '0',
        InvoicedQty: '0',
        DueDate: addDays(date, 14),
        TranType: 'PUR-UKN',
        Status: open ? 'O' : 'C',
        Plant: 'MfgSys',
        OpenRelease: open,
      });
      tables.PORelTGLC.push({ ...release, ...accountColumns(line.account) });
      if (line.received !== undefined) tables.RcvDtl.push(receiptRow(order, line, number, date));
    });
  }
  return tables;
}

function accountColumns(account: string): Row {
  const segments = account.split('|').map((value, index) => [`SegValue${index + 1}`, value] as const);
  return {
    BookID: 'MAIN',
    COACode: COA,
    GLAccount: account,
    RecordType: 'A',
    GLAcctContext: 'Expense',
    ...Object.fromEntries(segments),
  };
}

function receiptRow(order: OrderSeed, line: OrderLineSeed, number: number, date: string): Row {
  return {
    VendorNum: order.vendorNum,
    PurPoint: '',
    PackSlip: `PS-${order.number}`,
    PackLine: number,
    PONum: order.number,
    POLine: number,
    PORelNum: 1,
    PartNum: line.part,
    PartDescription: line.description,
    VendorQty: line.received ?? '0',
    OurQty: line.received ?? '0',
    PUM: 'EA',
    IUM: 'EA',
    DocUnitCost: line.unitCost,
    ReceiptDate: addDays(date, 10),
    Received: true,
    Invoiced: false,
  };
}

/** Tax codes with one rate each, and a region in which the first two apply. */
export function taxRows(): Record<string, Row[]> {
  const codes = [
    ['STATE', 'State sales tax', '5.5'],
    ['COUNTY', 'County sales tax', '0.5'],
    ['VAT19', 'German VAT', '19'],
  ] as const;
  return {
    SalesTax: [
      ...codes.map(([TaxCode, Description]) => ({ TaxCode, Description })),
      { TaxCode: 'OLD', Description: 'No longer used', Inactive: true },
    ],
    SalesTRC: codes.map(([TaxCode, Description, TaxPercent]) => ({
      TaxCode,
      RateCode: 'STD',
      Description,
      DefaultRate: true,
      TaxPercent,
    })),
    TaxRgn: [{ TaxRegionCode: 'WI', Description: 'Wisconsin' }],
    TaxRgnSalesTax: [
      { TaxRegionCode: 'WI', TaxCode: 'STATE' },
      { TaxRegionCode: 'WI', TaxCode: 'COUNTY' },
    ],
  };
}

/** A picture attached to an invoice. */
export interface ImageSeed {
  readonly file: number;
  readonly vendorNum: number;
  readonly invoiceNum: string;
  readonly name: string;
  readonly content: Uint8Array;
}

/** The rows of attached pictures and their contents, for a company's `tables` and `fileContent`. */
export function imageRows(images: readonly ImageSeed[]): {
  tables: Record<string, Row[]>;
  fileContent: (file: number) => Uint8Array | undefined;
} {
  const counts = new Map<string, number>();
  const sequences = images.map((image) => {
    const key = `${image.vendorNum}|${image.invoiceNum}`;
    const sequence = (counts.get(key) ?? 0) + 1;
    counts.set(key, sequence);
    return { image, sequence };
  });
  const path = (image: ImageSeed) => `\\\\files\\attachments\\${image.file}_${image.name}`;
  return {
    tables: {
      XFileRef: images.map((image) => ({
        XFileRefNum: image.file,
        XFileName: path(image),
        XFileDesc: 'Invoice image',
      })),
      XFileAttch: sequences.map(({ image, sequence }) => ({
        RelatedToSchemaName: 'Erp',
        RelatedToFile: 'APInvHed',
        Key1: String(image.vendorNum),
        Key2: image.invoiceNum,
        Key3: '',
        AttachNum: sequence,
        XFileRefNum: image.file,
      })),
      APInvHedAttch: sequences.map(({ image, sequence }) => ({
        VendorNum: image.vendorNum,
        InvoiceNum: image.invoiceNum,
        DrawingSeq: sequence,
        XFileRefNum: image.file,
        DrawDesc: 'Invoice image',
        FileName: path(image),
        DocTypeID: '',
      })),
    },
    fileContent: (file) => images.find((image) => image.file === file)?.content,
  };
}
