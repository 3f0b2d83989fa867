import type { Json, JsonObject } from '../../runtime/connector/json';
import type { Calls, FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { type EpicorConnection, serviceUrl } from './connection';
import { asRow, type Dataset } from './dataset';
import { describeFailure } from './failures';
import { parseWithTokens } from './tokens';

export interface MethodCall {
  /** For example `Erp.BO.PaymentEntrySvc`. */
  readonly service: string;
  readonly method: string;
  /** Named exactly as the method declares them, the dataset as `ds`. */
  readonly parameters: JsonObject;
  /** `GetNew…`, `OnChange…` and the like save nothing and are reads. */
  readonly effect: HttpRequest['effect'];
  readonly accept?: readonly number[];
}

/** A method's reply, whichever of its forms the server chose. */
export interface Reply {
  readonly status: number;
  /** The dataset that came back, completed by the tables that were sent and did not come back. */
  readonly dataset: Dataset;
  /** By-reference and out parameters. */
  readonly parameters: JsonObject;
  readonly returned: Json | undefined;
  /** What an accepted failure says. */
  readonly failure: FailureDescription | undefined;
}

/**
 * Calls a method of a service with `POST`.
 * @throws SystemError
 */
export async function callMethod(
  connection: EpicorConnection,
  calls: Calls,
  { service, method, parameters, effect, accept }: MethodCall,
): Promise<Reply> {
  const answer = await calls.call({
    name: methodName(service, method),
    method: 'POST',
    url: serviceUrl(connection, service, method),
    json: parameters,
    effect,
    ...(accept ? { accept } : {}),
  });
  return readReply(answer, asRow(parameters['ds']));
}

/** The same with `GET`, for methods that only read. */
export async function getMethod(
  connection: EpicorConnection,
  calls: Calls,
  service: string,
  method: string,
  query: Readonly<Record<string, string>>,
  accept: readonly number[] = [],
): Promise<Reply> {
  const answer = await calls.call({
    name: methodName(service, method),
    method: 'GET',
    url: serviceUrl(connection, service, method),
    query,
    effect: 'read',
    accept,
  });
  return readReply(answer, undefined);
}

/**
 * Datasets come back as `parameters.ds`, as `returnObj` or bare, and now and then wrapped in a list of one;
 * results as `returnObj` or as a named parameter.
 */
function readReply(answer: HttpAnswer, sent: Dataset | undefined): Reply {
  const body = asRow(parseWithTokens(answer.text)) ?? {};
  const parameters = asRow(body['parameters']) ?? {};
  const returned = body['returnObj'];
  const failed = answer.status >= 300;
  const came = failed
    ? {}
    : (unwrapped(parameters['ds']) ?? unwrapped(body['ds']) ?? unwrapped(returned) ?? withoutEnvelope(body));
  const failure = failed ? describeFailure(answer) : undefined;
  return { status: answer.status, dataset: { ...sent, ...came }, parameters, returned, failure };
}

/** A yes or no that a method returned, under whatever name; undefined when there is none. */
export function answerOf({ parameters, returned }: Reply, name: string): boolean | undefined {
  const value = parameters[name] ?? returned;
  return typeof value === 'boolean' ? value : undefined;
}

/** `Erp.BO.PaymentEntrySvc`, `OnChangeVendor`: `payment-entry-on-change-vendor`. */
export function methodName(service: string, method: string): string {
  const short = service.replace(/^.*\./, '').replace(/Svc$/, '');
  return [short, method].map(kebab).join('-');
}

function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();
}

function unwrapped(value: Json | undefined): Dataset | undefined {
  return Array.isArray(value) ? asRow(value[0]) : asRow(value);
}

function withoutEnvelope(body: JsonObject): Dataset {
  const { parameters: _parameters, returnObj: _returnObj, ds: _ds, ...tables } = body;
  return tables;
}
