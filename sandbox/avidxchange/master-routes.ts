import type { WireObject } from '../http/exact-json';
import { type AvidCall, type AvidRoute, ok } from './handler';
import { listed, listedWhole, valuesOf, visible, windowOf } from './lists';
import type { CodeRecord, OrderRecord, VendorRecord } from './records';
import { exception, notFound } from './refusal';
import type { AvidSite } from './site';
import { timeText } from './wire-style';

/** Reads of accounting systems, vendors, codes and orders. Codes are changed by batches only. */
export class MasterData {
  constructor(private readonly site: AvidSite) {}

  routes(): AvidRoute[] {
    const readOnly = (): never => {
      const detail = 'Codes belong to the accounting system and cannot be changed here.';
      throw exception(405, 'ReadOnly', detail, 'enterpriseCodes');
    };
    return [
      { method: 'get', path: '/v1/accountingSystems', run: () => this.#systems() },
      { method: 'get', path: '/v1/vendors', run: (call) => this.#vendors(call) },
      { method: 'get', path: '/v1/vendors/:id', run: (call) => ok(this.#vendor(call)) },
      { method: 'get', path: '/v1/enterpriseCodes', run: (call) => this.#codes(call) },
      ...(['put', 'patch', 'delete'] as const).map(
        (method): AvidRoute => ({ method, path: '/v1/enterpriseCodes/:id', run: readOnly }),
      ),
      { method: 'get', path: '/v1/purchaseOrders', run: (call) => this.#orders(call) },
    ];
  }

  #systems() {
    return listedWhole(
      this.site,
      this.site.systems.map(({ id, name }) => ({ ID: id, Name: name })),
    );
  }

  #vendors(call: AvidCall) {
    const codes = valuesOf(call, 'externalVendorCodes');
    const within = windowOf(this.site, call, 'lastModified');
    const rows = this.#of(call, this.site.vendors).filter(
      (row) => (codes === undefined || codes.has(row.code ?? '')) && within(row.modified),
    );
    return listed(this.site, call, rows, (row) => this.#showVendor(row));
  }

  #vendor(call: AvidCall): WireObject {
    const vendor = this.site.vendors.find((each) => String(each.id) === call.params['id']);
    if (vendor === undefined) throw notFound('Vendor');
    return this.#showVendor(vendor);
  }

  #showVendor(row: VendorRecord): WireObject {
    return {
      VendorId: row.id,
      AccountingSystemId: row.accountingSystemId,
      ExternalVendorCode: row.code ?? null,
      ...row.data,
      Active: row.active,
      LastModifiedDate: timeText(row.modified, this.site.switches),
    };
  }

  #codes(call: AvidCall) {
    const group = call.query.get('groupName');
    const rows = this.#of(call, this.site.codes).filter((row) => group === null || row.group === group);
    return listed(this.site, call, rows, (row: CodeRecord) => ({
      Id: row.id,
      AccountingSystemId: row.accountingSystemId,
      CodeValue: row.value,
      Description: row.description,
      GroupName: row.group,
      IsActive: row.active,
    }));
  }

  #orders(call: AvidCall) {
    const numbers = valuesOf(call, 'orderNumbers');
    const rows = this.#of(call, this.site.orders).filter(
      (row) => numbers === undefined || numbers.has(row.number),
    );
    return listed(this.site, call, rows, (row: OrderRecord) => ({
      Id: row.id,
      AccountingSystemId: row.accountingSystemId,
      ...row.data,
    }));
  }

  #of<T extends { readonly accountingSystemId: number; readonly modified: number }>(
    call: AvidCall,
    rows: readonly T[],
  ): T[] {
    const system = call.query.get('accountingSystemId');
    return visible(this.site, rows).filter(
      (row) => system === null || String(row.accountingSystemId) === system,
    );
  }
}
