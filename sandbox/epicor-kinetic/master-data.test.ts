import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INVOICES } from './trial-invoice';
import { PICTURE, startTrialSite, type TrialSite } from './trial-site';

let site: TrialSite;

beforeEach(async () => {
  site = await startTrialSite();
});
afterEach(() => site.epicor.stop());

const rows = async (path: string, options: Record<string, string> = {}) =>
  (await site.caller.get(path, options)).json.value;
const call = async (path: string, body: object) => (await site.caller.post(path, body)).json.returnObj;

describe('master data of the simulated Epicor', () => {
  it('has the values of one segment, by row version', async () => {
    const found = await rows('Erp.BO.COASegValuesSvc/COASegValues', {
      $filter: 'SegmentNbr eq 2 and SysRevID gt 0',
      $orderby: 'SysRevID',
      $select: 'SegmentCode,SegmentName,ActiveFlag',
    });
    expect(found.map((row: { SegmentCode: string }) => row.SegmentCode)).toEqual(['10', '20', '30', '40']);
    const page = await call('Erp.BO.COASegValuesSvc/GetRows', {
      whereClauseCOASegValues: "SegmentNbr = 2 AND SegmentCode = '20'",
      pageSize: 0,
      absolutePage: 0,
    });
    expect(page.COASegValues).toMatchObject([{ SegmentName: 'Maintenance' }]);
  });

  it('has terms and tax codes with their rates', async () => {
    expect((await rows('Erp.BO.PurTermsSvc/PurTerms'))[0]).toMatchObject({ TermsCode: 'N30', DueDays: 30 });
    expect((await call('Erp.BO.PurTermsSvc/GetByID', { termsCode: '2/10' })).PurTerms).toHaveLength(1);
    const taxes = await rows('Erp.BO.SalesTaxSvc/SalesTaxes', { $expand: 'SalesTRCs' });
    expect(taxes[0]).toMatchObject({ TaxCode: 'STATE', Inactive: false });
    expect(taxes[0].SalesTRCs[0].TaxPercent.text).toBe('5.5');
  });

  it('says whether an account may be used', async () => {
    const exists = (ipGLAccount: string) =>
      call('Erp.BO.GLAccountSvc/GlAccountExists', { ipCOACode: 'MAIN', ipGLAccount });
    expect([await exists('6100|40|200'), await exists('1|2|3')]).toEqual([true, false]);
    const validate = (GLAccount: string) =>
      site.caller.post('Erp.BO.GLAccountSvc/ValidateGLAccount', {
        COACode: 'MAIN',
        GLAccount,
        ExtCompanyID: '',
        RestrictID: '',
        EffectiveDate: null,
        ValidateDynamicSegment: false,
      });
    expect((await validate('6100|40|200')).status).toBe(200);
    expect((await validate('5100|40|200')).json.ErrorMessage).toBe('GL account is not active.');
  });

  it('makes a vendor under the next number, once per code, and changes it', async () => {
    const svc = 'Erp.BO.VendorSvc';
    let ds = await site.caller.dataset(`${svc}/GetNewVendor`, { ds: {} });
    Object.assign(ds.Vendor[0], { VendorID: 'NEW1', Name: 'New Vendor Inc', TermsCode: 'N30' });
    const entered = ds;
    ds = await site.caller.dataset(`${svc}/Update`, { ds });
    const number = ds.Vendor[0].VendorNum;
    expect(site.row('Vendor', number)).toMatchObject({ VendorID: 'NEW1', CurrencyCode: 'USD' });
    expect((await site.caller.post(`${svc}/Update`, { ds: entered })).status).toBe(409);
    const path = `${svc}/Vendors('EPIC06',${number})`;
    expect((await site.caller.patch(path, { ExternalId: 'ab-77' })).status).toBe(204);
    expect(site.row('Vendor', number)).toMatchObject({ ExternalId: 'ab-77' });
    expect((await site.caller.post(`${svc}/Vendors`, { VendorID: 'NEW2', Name: 'Another' })).status).toBe(
      201,
    );
  });
});

describe('purchase orders of the simulated Epicor', () => {
  it('come with lines and releases, each under its own spelling of the order number', async () => {
    const [order] = await rows('Erp.BO.POSvc/POes', {
      $filter: "ApprovalStatus eq 'A' and OpenOrder eq true",
      $expand: 'PODetails($expand=PORels)',
    });
    expect(order).toMatchObject({ PONum: 4001, VendorNum: 101 });
    expect(order.PODetails.map((line: { PONUM: number }) => line.PONUM)).toEqual([4001, 4001]);
    expect(order.PODetails[0].PORels[0]).toMatchObject({ PONum: 4001, POLine: 1, PORelNum: 1 });
    expect(order.PODetails[0].PORels[0].ReceivedQty).toBe(80);
    const tree = await call('Erp.BO.POSvc/GetByID', { poNum: 4001 });
    expect([tree.POHeader, tree.PODetail, tree.PORel].map((table) => table.length)).toEqual([1, 2, 2]);
    expect(await rows('Erp.BO.POSvc/PORels', { $filter: 'PONum eq 4001 and POLine eq 2' })).toHaveLength(1);
  });
});

describe('files attached to invoices', () => {
  const attachments = `${INVOICES}/APInvoices('EPIC06',101,'AF-1001')/APInvHedAttches`;
  const attachment = 'Ice.BO.AttachmentSvc';

  it('are downloaded byte by byte', async () => {
    const [row] = await rows(attachments);
    const data = await call(`${attachment}/DownloadFile`, { xFileRefNum: row.XFileRefNum });
    expect(Buffer.from(data, 'base64')).toEqual(Buffer.from(PICTURE));
    const other = { xFileRefNum: row.XFileRefNum, metadata: '' };
    expect(await call(`${attachment}/DownloadFileFromDocumentStorage`, other)).toBe(data);
    expect((await site.caller.post(`${attachment}/DownloadFile`, { xFileRefNum: 1 })).status).toBe(404);
  });

  it('are uploaded first and attached then, also to a posted invoice', async () => {
    const path = await call(`${attachment}/UploadFileToDocTypeStorage`, {
      docTypeID: '',
      parentTable: 'APInvHed',
      fileName: 'second.png',
      data: Buffer.from(PICTURE).toString('base64'),
      metadata: {},
    });
    const key = { vendorNum: 101, invoiceNum: 'AF-1001' };
    const ds = await site.caller.dataset(`${INVOICES}/GetNewAPInvHedAttch`, { ds: {}, ...key });
    Object.assign(ds.APInvHedAttch[0], { FileName: path, DrawDesc: 'Second page' });
    await site.caller.dataset(`${INVOICES}/Update`, { ds });
    const found = await rows(attachments);
    expect(found.map((row: { DrawingSeq: number }) => row.DrawingSeq)).toEqual([1, 2]);
    const data = await call(`${attachment}/DownloadFile`, { xFileRefNum: found[1].XFileRefNum });
    expect(Buffer.from(data, 'base64')).toEqual(Buffer.from(PICTURE));
  });

  it('must be in base64, and a mere link has no content', async () => {
    const upload = { docTypeID: '', parentTable: 'APInvHed', fileName: 'x.png', data: '%%', metadata: '' };
    const refused = await site.caller.post(`${attachment}/UploadFileToDocTypeStorage`, upload);
    expect(refused.json.ErrorMessage).toBe('The data is not in base64.');
    const row = { VendorNum: 101, InvoiceNum: 'AF-1001', FileName: '\\\\share\\x.png', RowMod: 'A' };
    await site.caller.dataset(`${INVOICES}/Update`, { ds: { APInvHedAttch: [row] } });
    const link = (await rows(attachments))[1];
    const missing = await site.caller.post(`${attachment}/DownloadFile`, { xFileRefNum: link.XFileRefNum });
    expect([missing.status, missing.json.ErrorMessage]).toEqual([500, 'File not found.']);
  });
});
