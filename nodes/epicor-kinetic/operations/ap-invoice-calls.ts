import type { JsonObject } from '../../../runtime/connector/json';
import type { HttpRequest, OperationContext } from '../../../runtime/connector/system';
import type { EpicorConnection } from '../connection';
import { afterSave, type Dataset } from '../dataset';
import { callMethod } from '../methods';
import { invoiceTable } from '../tables';
import { tables } from './ap-invoice-rows';

const { service } = invoiceTable;

export interface InvoiceCalls {
  /** A method that only computes: it saves nothing. */
  step(method: string, parameters: JsonObject, dataset: Dataset): Promise<Dataset>;
  /** Saves what is marked. What comes back is marked no more, so that the next save says nothing twice. */
  save(dataset: Dataset): Promise<Dataset>;
}

export function invoiceCalls(connection: EpicorConnection, { calls }: OperationContext): InvoiceCalls {
  const call = async (method: string, parameters: JsonObject, effect: HttpRequest['effect']) =>
    (await callMethod(connection, calls, { service, method, parameters, effect })).dataset;
  return {
    step: (method, parameters, ds) => call(method, { ...parameters, ds }, 'read'),
    save: async (ds) => afterSave(await call('Update', { ds }, 'once'), tables.head),
  };
}
