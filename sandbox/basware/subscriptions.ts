import { isObject, type WireObject } from '../http/exact-json';
import { bodyRule, faultsOf } from './body-rules';
import { type BaswareAnswer, type BaswareCall, type BaswareRoute, ok } from './handler';
import type { Pages } from './pages';
import type { PushDelivery, Subscription, Task } from './push-delivery';
import { invalidSubscription, notFound, refusalOf } from './refusal';
import type { Tenant } from './tenant';
import { timeOf, timeText } from './wire-style';

const RULE = bodyRule(
  `taskType*:40 taskSubType:40 subscriptionType*:10 notificationWebhookURL*:2083 webhookAuthenticationToken*:250
   autoResponder:bool lastUpdated:date`,
);
const TASK_TYPES = [
  'AccountingDocuments',
  'ExportedPurchaseRequisitions',
  'ExportedPurchaseOrders',
  'RequestStatus',
  'ExportedContracts',
  'ExportedContractSpends',
];

/** The API of subscriptions and of the history of notifications. */
export class Subscriptions {
  constructor(
    private readonly tenant: Tenant,
    private readonly delivery: PushDelivery,
    private readonly pages: Pages,
  ) {}

  routes(): BaswareRoute[] {
    const path = '/v1/subscriptions';
    return [
      { method: 'get', path, scope: 'subscriptions.read', run: (call) => this.#list(call) },
      { method: 'post', path, scope: 'subscriptions.write', run: (call) => this.#create(call) },
      { method: 'delete', path, scope: 'subscriptions.delete', run: (call) => this.#remove(call) },
      { method: 'get', path: '/v1/tasks', scope: 'tasks.read', run: (call) => this.#tasks(call) },
      { method: 'get', path: '/v1/tasks/:id', scope: 'tasks.read', run: (call) => this.#task(call) },
    ];
  }

  #list(call: BaswareCall): BaswareAnswer {
    const found = this.#found(call).map(([, subscription]) => this.#show(subscription));
    if (found.length === 0) throw refusalOf(404, { detail: 'Not Found' }, 'no subscriptions');
    return ok({ subscriptions: found });
  }

  async #create(call: BaswareCall): Promise<BaswareAnswer> {
    if (!Array.isArray(call.body) || call.body.length === 0) {
      throw invalidSubscription('The body must be a list of subscriptions');
    }
    const made: Subscription[] = [];
    for (const sent of call.body) {
      const faults = faultsOf(sent, RULE, 'refuse');
      if (!isObject(sent) || faults.length > 0) throw invalidSubscription(faults.join('; '));
      if (!TASK_TYPES.includes(String(sent['taskType']))) throw invalidSubscription('taskType is not known');
      if (sent['subscriptionType'] !== 'Webhook')
        throw invalidSubscription('subscriptionType must be Webhook');
      const taskType = String(sent['taskType']);
      made.push({
        taskType,
        taskSubType: String(sent['taskSubType'] ?? (taskType === 'RequestStatus' ? 'Error' : 'All')),
        url: String(sent['notificationWebhookURL']),
        token: String(sent['webhookAuthenticationToken']),
        lastUpdated: this.tenant.clock.now(),
        failures: 0,
      });
    }
    for (const subscription of made) {
      if (!(await this.delivery.test(subscription))) {
        throw invalidSubscription(`Connection test to ${subscription.url} failed`);
      }
    }
    for (const subscription of made) {
      this.delivery.subscriptions.set(`${subscription.taskType} ${subscription.taskSubType}`, subscription);
    }
    return ok(made.map((subscription) => this.#show(subscription)));
  }

  #remove(call: BaswareCall): BaswareAnswer {
    for (const name of ['lastUpdated', 'taskType', 'taskSubType']) {
      if (!call.query.has(name.toLowerCase())) throw invalidSubscription(`${name} field required`);
    }
    const found = this.#found(call);
    if (found.length === 0) throw refusalOf(404, { detail: 'Not Found' }, 'no subscriptions');
    for (const [key] of found) this.delivery.subscriptions.delete(key);
    return ok({ status: 'Deleted successfully', numberOfRecordsDeleted: found.length });
  }

  #found({ query }: BaswareCall): [string, Subscription][] {
    const since = timeOf(query.get('lastupdated'));
    const fits = (name: string, value: string) => {
      const wanted = query.get(name);
      return wanted === undefined || wanted === 'All' || wanted === value;
    };
    return [...this.delivery.subscriptions].filter(
      ([, each]) =>
        fits('tasktype', each.taskType) &&
        fits('tasksubtype', each.taskSubType) &&
        (since === undefined || each.lastUpdated > since),
    );
  }

  #tasks(call: BaswareCall): BaswareAnswer {
    const { query } = call;
    const since = timeOf(query.get('lastupdated'));
    const fits = (name: string, value: string) => !query.has(name) || query.get(name) === value;
    const all = () =>
      [...this.delivery.tasks.values()]
        .filter(
          (task) =>
            fits('tasktype', task.taskType) &&
            fits('taskstatus', task.taskStatus) &&
            fits('documentid', task.documentId) &&
            (since === undefined || task.lastUpdated > since),
        )
        .map((task) => task.taskId);
    const page = this.pages.page('tasks', call, all, 100);
    const rows = page.keys.flatMap((key) => {
      const task = this.delivery.tasks.get(key);
      return task === undefined ? [] : [this.#showTask(task)];
    });
    return { status: 200, body: { taskStatus: rows }, nextPage: page.next };
  }

  #task(call: BaswareCall): BaswareAnswer {
    const task = this.delivery.tasks.get(call.params['id'] ?? '');
    if (task === undefined) throw notFound();
    return ok({ taskStatus: [this.#showTask(task)] });
  }

  #show(subscription: Subscription): WireObject {
    return {
      taskType: subscription.taskType,
      taskSubType: subscription.taskSubType,
      subscriptionType: 'Webhook',
      notificationWebhookURL: subscription.url,
      webhookAuthenticationToken: subscription.token,
      lastUpdated: timeText(subscription.lastUpdated, this.tenant.switches.dateStyle),
    };
  }

  #showTask(task: Task): WireObject {
    const style = this.tenant.switches.dateStyle;
    return {
      taskId: task.taskId,
      taskStatus: task.taskStatus,
      taskType: task.taskType,
      taskSubType: task.taskSubType,
      documentId: task.documentId,
      expirationTime: timeText(task.expires, style),
      lastUpdated: timeText(task.lastUpdated, style),
      isSimulatedTask: false,
      taskHistory: task.history.map(
        ({ action, at, message }): WireObject => ({
          action,
          timeStamp: timeText(at, style),
          messages: [message],
        }),
      ),
    };
  }
}
