import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvoiceBench } from '../../../tests/support/invoice-bench';
import { Refused, type SeenCall } from '../../../tests/support/small-kinetic';
import type { Row } from '../../../tests/support/small-kinetic-lists';

const service = 'Erp.BO.VendorSvc';
const name = 'create-vendor';
const document = { documentId: '6f1c0b7a-5d2e-4c11-9a53-2f00c0ffee01', name: "Zum Löwen, Gebr. O'Neil" };
let bench: InvoiceBench;
let vendors: Row[];

async function freshBench(): Promise<void> {
  bench = new InvoiceBench();
  await bench.start();
  const { server } = bench;
  vendors = server.vendors;
  for (const row of vendors) Object.assign(row, { ExternalId: '', TaxPayerID: '', Inactive: false });
  server.methods.set(`POST ${service}/GetNewVendor`, () => ({
    parameters: { ds: { Vendor: [{ Company: server.company, VendorNum: 0, RowMod: 'A' }] } },
  }));
  server.methods.set(`POST ${service}/Update`, (call: SeenCall) => {
    const ds = call.body['ds'] as { Vendor: Row[] };
    const [sent = {}] = ds.Vendor;
    if (vendors.some((row) => row['VendorID'] === sent['VendorID'])) {
      throw new Refused(409, 'Ice.Common.DuplicateRecordException', 'Vendor already exists.');
    }
    const row = { TaxPayerID: '', Inactive: false, ...sent, VendorNum: 100 + vendors.length, RowMod: '' };
    vendors.push({ ...row, SysRevID: server.revision() });
    return { parameters: { ds: { Vendor: [row] } } };
  });
}
beforeEach(freshBench);
afterEach(() => bench.stop());

const made = () => vendors.filter((row) => row['ExternalId'] !== '');
const lookUp = (change = {}) => bench.operation(name).lookUp({ ...document, ...change }, bench.context());

describe('a vendor that was born in another system', () => {
  it('is made with a code of its own, and keeps the ID it has over there', async () => {
    const { ref } = await bench.settle({ ...document, email: 'ap@loewen.example' }, bench.context(), name);
    const [vendor] = made();
    expect(vendor).toMatchObject({
      Name: document.name,
      ExternalId: document.documentId,
      EMailAddress: 'ap@loewen.example',
    });
    expect(vendor?.['VendorID']).toMatch(/^ZUML[0-9A-Z]{4}$/);
    expect(ref).toBe(`${vendor?.['VendorNum']}|${vendor?.['VendorID']}`);
  });

  it('is made once, however often and by how many documents it is asked for', async () => {
    const create = () => bench.operation(name).create(document, bench.context());
    const [one, other] = await Promise.all([create(), create()]);
    expect(one.ref).toBe(other.ref);
    expect(await lookUp()).toMatchObject({ found: 'present', ref: one.ref });
    expect(made()).toHaveLength(1);
  });

  it('is made once whichever call the process is killed at', async () => {
    for (let nth = 1; ; nth++) {
      await bench.stop();
      await freshBench();
      const context = bench.context();
      const dying = bench.dying(context, nth, 'after');
      await bench.settle(document, dying, name).catch(() => undefined);
      await bench.reopen();
      await bench.settle(document, bench.context({}, context.facts), name);
      expect(made()).toHaveLength(1);
      expect(nth).toBeLessThan(20);
      if (!dying.died()) break;
    }
  });

  it('is the one that has its tax ID', async () => {
    Object.assign(vendors[0] as Row, { TaxPayerID: '12-345' });
    expect(await lookUp({ taxId: '12-345' })).toMatchObject({
      found: 'present',
      adopted: true,
      ref: "12|O'NEIL",
    });
  });

  it('is for a person where Epicor has one of its name, or has switched it off (C1 C2)', async () => {
    Object.assign(vendors[0] as Row, { Name: document.name });
    expect(await lookUp()).toMatchObject({
      found: 'conflict',
      reason: 'vendor-not-linked',
      detail: { candidates: [{ erp_reference_id: "O'NEIL" }] },
    });
    Object.assign(vendors[0] as Row, { ExternalId: document.documentId, Inactive: true });
    expect(await lookUp()).toMatchObject({ found: 'conflict', reason: 'vendor-inactive' });
  });

  it('takes another code where somebody has its own', async () => {
    await bench.settle(document, bench.context(), name);
    Object.assign(made()[0] as Row, { ExternalId: 'another' });
    const { ref } = await bench.settle({ ...document, name: 'Zum Loewen 2' }, bench.context(), name);
    expect(made()).toHaveLength(2);
    expect(ref).not.toBe(`101|${made()[0]?.['VendorID']}`);
  });
});
