import type { JsonObject } from '../../../runtime/connector/json';
import type { HttpRequest, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import type { Dataset } from '../dataset';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';

const { service } = invoiceTable;

export interface InvoiceCalls {
  /** A method that only computes: it saves nothing. */
  step(method: string, parameters: JsonObject, dataset: Dataset): Promise<Dataset>;
  save(dataset: Dataset): Promise<Dataset>;
}

export function invoiceCalls(connection: EpicorConnection, { calls }: OperationContext): InvoiceCalls {
  const call = async (method: string, parameters: JsonObject, effect: HttpRequest['effect']) =>
    (await callMethod(connection, calls, { service, method, parameters, effect })).dataset;
  return {
    step: (method, parameters, ds) => call(method, { ...parameters, ds }, 'read'),
    save: (ds) => call('Update', { ds }, 'once'),
  };
}
