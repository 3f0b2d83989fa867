import type { JsonObject } from '../../../runtime/connector/json';
import type { AvidSite } from '../../../sandbox/avidxchange/site';
import type { Avidxchange } from '../../../sandbox/avidxchange/start';
import type { OperationSample } from '../bench';
import { failed } from '../check';
import { makeCode, makeVendor, SYSTEM, serial } from './avidxchange-streams';

const ODD = `Ö'Brien & "Söhne" + 100% 株式会社, #1`;

export function operationSamples({ site }: Avidxchange): Record<string, OperationSample> {
  return {
    'submit-vendor': vendorSample(site),
    'submit-gl-code': codeSample(site, 'GL Account', {}),
    'submit-dimension': codeSample(site, 'Department', { GroupName: 'Department' }),
    'submit-purchase-order': orderSample(site),
    'submit-invoice': invoiceSample(site),
  };
}

/** Text of just so many characters. */
function filled(length: number): string {
  return ODD.repeat(length).slice(0, length).trim().padEnd(length, 'x');
}

function vendorSample(site: AvidSite): OperationSample {
  const document = (code = `V${serial()}`, Name = 'Acme Steel'): JsonObject => ({
    ExternalVendorCode: code,
    Name,
    Telephone1: '555-0100',
    Active: true,
  });
  const standing = ({ ExternalVendorCode: code }: JsonObject) =>
    site.vendors.filter((each) => each.code === code);
  const enter = ({ ExternalVendorCode: code, Active: _, ...data }: JsonObject) =>
    site.addVendor({ accountingSystemId: SYSTEM, code: String(code), active: true, data: { ...data } });
  return {
    document: () => document(),
    effects: (wanted) =>
      standing(wanted).map(({ code, active, data }) => JSON.stringify([code, active, data])),
    changed: (sent) => ({ ...sent, Name: 'Acme Steel Inc' }),
    touch: (wanted) => {
      for (const vendor of standing(wanted))
        vendor.data = { ...vendor.data, Website: 'https://acme.example' };
    },
    enterByHand: (wanted, how) => void enter(how === 'same' ? wanted : { ...wanted, Name: 'Somebody Else' }),
    spoil: (wanted) => {
      const [vendor] = standing(wanted);
      if (!vendor) return false;
      vendor.data = { ...vendor.data, Name: 'Acme' };
      return true;
    },
    unusual: () => document(`${serial()}/A+B&c'é`, filled(100)),
    refused: () => document(undefined, ' '),
  };
}

function codeSample(site: AvidSite, group: string, more: JsonObject): OperationSample {
  const document = (CodeValue = `6100-${serial()}`, Description = 'Repairs'): JsonObject => ({
    CodeValue,
    Description,
    ...more,
  });
  const standing = ({ CodeValue: value }: JsonObject) =>
    site.codes.filter((each) => each.value === value && each.group === group);
  return {
    document: () => document(),
    effects: (wanted) =>
      standing(wanted).map(({ value, description, active }) => JSON.stringify([value, description, active])),
    changed: (sent) => ({ ...sent, Description: 'Repairs and more' }),
    touch: (wanted) => {
      for (const code of standing(wanted)) code.description = 'touched';
    },
    enterByHand: ({ CodeValue: value, Description }, how) => {
      const description = how === 'same' ? String(Description) : 'something else';
      site.addCode({ accountingSystemId: SYSTEM, group, value: String(value), description, active: true });
    },
    spoil: (wanted) => {
      const [code] = standing(wanted);
      if (code) code.description = 'Rep';
      return code !== undefined;
    },
    unusual: () => document(`${serial()}/A+B&c'é`, filled(255)),
    refused: () => ({ ...document(), GroupName: 'Nowhere' }),
  };
}

function orderSample(site: AvidSite): OperationSample {
  const document = (number = `PO-${serial()}`, ProductDesc = 'Belt'): JsonObject => ({
    OrderNumber: number,
    VendorExternalCode: makeVendor(site, `V${serial()}`).code ?? '',
    TotalAmount: '1250.10',
    Status: 'open',
    LineItems: [
      {
        LineNumber: 1,
        Item: { ProductCode: 'B-1', ProductDesc, Quantity: '2.5', UOM: 'EA' },
        Amount: '1250.10',
        PricePer: '500.04',
      },
    ],
  });
  const standing = ({ OrderNumber: number }: JsonObject) =>
    site.orders.filter((each) => each.number === number);
  return {
    document: () => document(),
    effects: (wanted) => standing(wanted).map(({ data }) => JSON.stringify(data)),
    changed: (sent) => ({ ...sent, Status: 'closed' }),
    touch: (wanted) => {
      for (const order of standing(wanted)) order.data = { ...order.data, RequisitionName: 'touched' };
    },
    enterByHand: ({ OrderNumber, ...wanted }, how) => {
      const number = String(OrderNumber);
      const data =
        how === 'same' ? { OrderNumber: number, ...wanted } : { OrderNumber: number, Status: 'open' };
      site.addOrder({ accountingSystemId: SYSTEM, number, data });
    },
    spoil: (wanted) => {
      const [order] = standing(wanted);
      if (order) order.data = { ...order.data, LineItems: [] };
      return order !== undefined;
    },
    unusual: () => document(`${serial()}/A+B&c'é`, filled(255)),
    refused: () => ({ ...document(), VendorExternalCode: 'NOBODY' }),
  };
}

function invoiceSample(site: AvidSite): OperationSample {
  const document = (number = `INV-${serial()}`, text = 'Belt'): JsonObject => {
    const vendor = makeVendor(site, `V${serial()}`).code ?? failed('a vendor without a code');
    return {
      ExternalInvoiceId: `EPIC06|${vendor}|${number}`,
      Number: number,
      InvoiceDate: '2026-03-02',
      InvoiceDueDate: '2026-04-01',
      VendorExternalCode: vendor,
      GrossAmount: '1250.10',
      Memo: text,
      Distributions: [
        {
          Amount: '1250.10',
          Description: text,
          EnterpriseCodes: [{ EnterpriseCodeValue: makeCode(site).value }],
        },
      ],
    };
  };
  const standing = ({ Number: number, VendorExternalCode: vendor }: JsonObject) => {
    site.runDue();
    return site.invoices.filter((each) => each.number === number && each.vendorCode === vendor);
  };
  return {
    document: () => document(),
    effects: (wanted) => standing(wanted).map(({ id, gross }) => `${id} ${gross}`),
    touch: (wanted) => {
      for (const invoice of standing(wanted)) site.touch(invoice);
    },
    enterByHand: (wanted, how) => {
      const same = how === 'same';
      site.addInvoice({
        accountingSystemId: SYSTEM,
        externalId: same ? String(wanted['ExternalInvoiceId']) : undefined,
        batch: undefined,
        vendorCode: String(wanted['VendorExternalCode']),
        vendorName: '',
        number: String(wanted['Number']),
        gross: same ? '1250.10' : '999.99',
        invoiceDate: '2026-03-02',
        dueDate: '2026-04-01',
        order: undefined,
        memo: '',
        distributions: [],
        images: [],
        status: 'Pending Approval',
        rejectReason: undefined,
        paid: '0.00',
        underWay: '0.00',
      });
    },
    spoil: (wanted) => {
      const [invoice] = standing(wanted);
      if (invoice) Object.assign(invoice, { gross: '12.50' });
      return invoice !== undefined;
    },
    unusual: () => document(`${serial()}/A+B&c'é%,#`, filled(500)),
    refused: () => ({ ...document(), VendorExternalCode: 'NOBODY' }),
  };
}
