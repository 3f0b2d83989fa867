import { isObject, type WireObject } from '../http/exact-json';
import { type AirbaseAnswer, type AirbaseCall, type AirbaseRoute, objectOf, ok } from './handler';
import { pageOf } from './pages';
import type { EntryKind } from './records';
import { detail, notFound, refuseMembers } from './refusal';
import type { SpendShow } from './spend-show';
import type { AirbaseTenant } from './tenant';
import { instantText, withAliases } from './wire-style';

const READ_ONLY: Readonly<Record<string, EntryKind>> = {
  bills: 'bill',
  reimbursements: 'reimbursement',
  card_transactions: 'card',
  payments: 'payment',
};
const ORDER_MEMBERS = ['po_number', 'erp_reference_id', 'vendor', 'currency', 'approved_amount', 'lines'];

/** The surface for spend: bills with their approval, reports, card transactions, payments, orders, a mirror of accounts. */
export class SpendRoutes {
  constructor(
    private readonly tenant: AirbaseTenant,
    private readonly shown: SpendShow,
  ) {}

  routes(): AirbaseRoute[] {
    const orders = '/v1/purchase_orders/';
    const routes: AirbaseRoute[] = Object.entries(READ_ONLY).flatMap(([name, kind]): AirbaseRoute[] => [
      { path: `/v1/${name}/`, run: { get: (call) => this.#list(kind, call) }, readOnly: true },
      { path: `/v1/${name}/:id/`, run: { get: (call) => this.#get(kind, call) }, readOnly: true },
    ]);
    routes.push(
      { path: '/v1/gl_accounts/', run: { get: (call) => this.#accounts(call) }, readOnly: true },
      { path: orders, run: { get: (call) => this.#orders(call), post: (call) => this.#push(call) } },
      {
        path: `${orders}:id/`,
        run: {
          get: (call) => ok(this.#order(call).data as WireObject),
          patch: (call) => {
            const order = this.#order(call);
            order.data = { ...order.data, ...objectOf(call) };
            return ok(order.data as WireObject);
          },
        },
      },
    );
    return routes.map((route) => ({
      ...route,
      run: Object.fromEntries(
        Object.entries(route.run).map(([verb, run]) => [
          verb,
          (call: AirbaseCall) => {
            if (!this.tenant.switches.spendSurface) throw notFound();
            return run(call);
          },
        ]),
      ),
    }));
  }

  #list(kind: EntryKind, call: AirbaseCall): AirbaseAnswer {
    const { query } = call;
    const since = Date.parse(query.get('updated_since') ?? '1970-01-01');
    if (Number.isNaN(since)) throw refuseMembers({ updated_since: ['Enter a valid date/time.'] });
    const fits = (row: WireObject, name: string) => !query.has(name) || query.get(name) === row[name];
    const rows = [...this.tenant.entries.values()]
      .filter((entry) => entry.content.kind === kind && entry.updatedAt >= since)
      .toSorted((a, b) => a.updatedAt - b.updatedAt)
      .map((entry) => this.shown.show(entry))
      .filter((row) => ['approval_status', 'payment_status', 'sync_status'].every((name) => fits(row, name)));
    return ok(pageOf(call, rows, this.tenant.switches, (row) => row).body);
  }

  #get(kind: EntryKind, call: AirbaseCall): AirbaseAnswer {
    const entry = [...this.tenant.entries.values()].find(
      (each) => each.content.kind === kind && each.spendId === call.params['id'],
    );
    if (entry === undefined) throw notFound();
    return ok(this.shown.show(entry));
  }

  #accounts(call: AirbaseCall): AirbaseAnswer {
    const rows = [...this.tenant.masters.accounts.values()];
    const { body } = pageOf(call, rows, this.tenant.switches, (record) =>
      withAliases(
        {
          airbase_id: record.id,
          erp_reference_id: record.reference,
          is_active: record.active,
          ...record.data,
        },
        'both',
      ),
    );
    return ok(body);
  }

  #orders(call: AirbaseCall): AirbaseAnswer {
    const rows = [...this.tenant.orders.values()];
    return ok(pageOf(call, rows, this.tenant.switches, (order) => order.data as WireObject).body);
  }

  #push(call: AirbaseCall): AirbaseAnswer {
    const body = objectOf(call);
    for (const name of ORDER_MEMBERS) {
      if (body[name] === undefined) throw refuseMembers({ [name]: ['This field is required.'] });
    }
    if (!isObject(body['vendor'])) throw refuseMembers({ vendor: ['Expected a dictionary.'] });
    const number = body['po_number'];
    if ([...this.tenant.orders.values()].some((order) => order.data['po_number'] === number)) {
      throw detail(400, 'A purchase order with this number already exists.');
    }
    const id = this.tenant.newId();
    const data = { ...body, id, status: 'open', updated_at: instantText(this.tenant.clock.now()) };
    this.tenant.orders.set(id, { id, data });
    return { status: 201, body: data };
  }

  #order(call: AirbaseCall) {
    const order = this.tenant.orders.get(call.params['id'] ?? '');
    if (order === undefined) throw notFound();
    return order;
  }
}
