import { isObject, type WireObject } from '../http/exact-json';
import { type BaswareAnswer, type BaswareCall, type BaswareRoute, noRows, ok } from './handler';
import { type Pages, pageSizeOf } from './pages';
import { BaswareRefusal, invalidBody, notFound } from './refusal';
import type { RequestItem, RequestRecord, Tenant } from './tenant';
import { timeOf, timeText } from './wire-style';

/** Begins the status of a request that P2P has yet to work on. */
export function openRequest(
  tenant: Tenant,
  call: BaswareCall,
  about: Pick<RequestRecord, 'entityType' | 'operationType' | 'genericListKey'>,
): RequestRecord {
  const request: RequestRecord = {
    ...about,
    requestId: call.requestId,
    changedBy: call.caller,
    status: 'InProgress',
    lastUpdated: tenant.clock.now(),
    items: [],
  };
  tenant.requests.set(request.requestId, request);
  return request;
}

function isGood(item: RequestItem): boolean {
  return item.status === 'Success' || item.status === 'NotProcessed';
}

/** What became of requests in P2P. */
export class Requests {
  constructor(
    private readonly tenant: Tenant,
    private readonly pages: Pages,
  ) {}

  routes(): BaswareRoute[] {
    const path = '/v1/requestStatus';
    return [
      { method: 'get', path, scope: 'requestStatus.read', run: (call) => this.#list(call) },
      { method: 'get', path: `${path}/:id`, scope: 'requestStatus.read', run: (call) => this.#get(call) },
      {
        method: 'post',
        path: `${path}/acknowledge`,
        scope: 'requestStatus.write',
        run: (call) => this.#acknowledge(call),
      },
      {
        method: 'get',
        path: '/v1/errorFeedbacks',
        scope: 'errorFeedbacks.read',
        run: (call) => this.#feedbacks(call),
      },
      {
        method: 'get',
        path: '/v1/errorFeedbacks/:id',
        scope: 'errorFeedbacks.read',
        run: (call) => this.#feedbacks(call),
      },
    ];
  }

  #list(call: BaswareCall): BaswareAnswer {
    const { query } = call;
    const since = timeOf(query.get('lastupdated'));
    const entityType = query.get('entitytype');
    const usual = entityType === undefined && !query.has('system') ? 'Error' : undefined;
    const status = query.get('status') ?? usual;
    const all = () => {
      const found = [...this.tenant.requests.values()].filter(
        (request) =>
          (status === undefined || request.status === status) &&
          (entityType === undefined || request.entityType === entityType) &&
          (since === undefined || request.lastUpdated > since),
      );
      if (found.length === 0) throw noRows(this.tenant.switches.emptyListBody);
      return found.map((request) => request.requestId);
    };
    const page = this.pages.page('requestStatus', call, all, pageSizeOf(call, 500, 500));
    const rows = page.keys.flatMap((key) => {
      const request = this.tenant.requests.get(key);
      return request === undefined ? [] : [this.#show(request, call)];
    });
    return { status: 200, body: { requestStatus: rows }, nextPage: page.next };
  }

  #get(call: BaswareCall): BaswareAnswer {
    const request = this.tenant.requests.get(call.params['id'] ?? '');
    if (request === undefined) throw notFound();
    return ok({ requestStatus: [this.#show(request, call)] });
  }

  #acknowledge(call: BaswareCall): BaswareAnswer {
    const ids = isObject(call.body) ? call.body['requestIds'] : undefined;
    if (!Array.isArray(ids)) throw invalidBody('requestIds: required');
    const found = ids.map((id) => this.tenant.requests.get(String(id)));
    for (const request of found) {
      if (request === undefined) throw notFound();
      if (request.status.startsWith('Acknowledged')) {
        throw new BaswareRefusal(405, undefined, 'already acknowledged');
      }
      if (request.status === 'Success') request.status = 'AcknowledgedSuccess';
      else if (request.status === 'Error') request.status = 'AcknowledgedError';
    }
    return ok('Acknowledged');
  }

  /** The older way to hear of errors. */
  #feedbacks(call: BaswareCall): BaswareAnswer {
    const since = timeOf(call.query.get('lastupdated'));
    const rows = [...this.tenant.requests.values()]
      .filter((request) => call.params['id'] === undefined || request.requestId === call.params['id'])
      .filter((request) => since === undefined || request.lastUpdated > since)
      .flatMap((request) =>
        request.items
          .filter((item) => item.status === 'Error')
          .map(
            (item): WireObject => ({
              id: `${request.requestId}-${item.externalCode}`,
              requestId: request.requestId,
              externalCode: item.externalCode,
              entityType: request.entityType,
              errorStamp: timeText(request.lastUpdated, this.tenant.switches.dateStyle),
              errors: item.errors.map((error) => error.message),
              targetSystem: 'P2P',
            }),
          ),
      );
    if (rows.length === 0) throw noRows(this.tenant.switches.emptyListBody);
    return ok({ errorList: rows });
  }

  #show(request: RequestRecord, call: BaswareCall): WireObject {
    const leaveOut =
      (call.query.get('ignoresuccessfulitems') ?? call.query.get('ignoresuccessfullitems')) === 'true';
    const items = request.items.filter((item) => !leaveOut || !isGood(item));
    const lastUpdated = timeText(request.lastUpdated, this.tenant.switches.dateStyle);
    const ended = request.status.replace('Acknowledged', '');
    return {
      requestId: request.requestId,
      entityType: request.entityType,
      entityVersion: `${request.entityType}V1`,
      requestStatus: request.status,
      operationType: request.operationType,
      genericListKey: request.genericListKey,
      changedBy: request.changedBy,
      lastUpdated,
      systems: [
        {
          system: 'P2P',
          module: 'IA',
          systemStatus: ended,
          lastUpdated,
          items: items.map(
            (item): WireObject => ({
              externalCode: item.externalCode,
              parentExternalCode: item.parentExternalCode,
              status: item.status,
              errors: item.errors.map((error): WireObject => ({ ...error })),
            }),
          ),
        },
      ],
    };
  }
}
