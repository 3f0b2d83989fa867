import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';
import { asRow, flagIn, rowsOf, textIn } from './dataset';

/** Codes we give to errors that hide behind a good status. */
export const hiddenCodes = {
  wrongCompany: 'WRONG_COMPANY',
  notSaved: 'NOT_SAVED',
  savedInPart: 'SAVED_IN_PART',
} as const;

/** Where a reply asks something that nobody can answer over REST. */
const questions = ['opMessage', 'opMsgChkBankRef', 'opChkRevMsg', 'opDUAMsg', 'cMessageText', 'confirmMsg'];

/**
 * Reads a failed answer: Epicor's own error body, OData's, XML, the HTML of a gateway, plain text or nothing.
 * `type` is `ErrorType`, which says more than the status.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const body = asRow(answer.json);
  const odata = asRow(body?.['error']) ?? asRow(body?.['odata.error']);
  const type = textIn(body, 'ErrorType') ?? xmlElement(answer.text, 'ErrorType');
  const code = textIn(odata, 'code');
  const said = textIn(body, 'ErrorMessage') ?? xmlElement(answer.text, 'ErrorMessage') ?? odataMessage(odata);
  const fallback = body
    ? (textIn(body, 'Message') ?? textIn(body, 'ReasonPhrase') ?? '')
    : plainText(answer.text);
  const details = rowsOf(body, 'ErrorDetails').map(detailText);
  const correlation = answer.status >= 500 ? textIn(body, 'CorrelationId') : undefined;
  const message = [...new Set([said ?? fallback, ...details])].filter((part) => part !== '').join('; ');
  return {
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    message: correlation === undefined ? message : `${message} (correlation ${correlation})`,
  };
}

/**
 * Finds the error in an answer that says success: an error body, a save that did not run or only in part, and
 * rows of another company, which Epicor hands out when it takes the company from elsewhere than the address.
 */
export function findHiddenFailure(
  answer: HttpAnswer,
  request: HttpRequest,
  company: string,
): FailureDescription | undefined {
  const body = asRow(answer.json);
  if (!body) return undefined;
  if (isErrorBody(body)) return describeFailure(answer);
  const parameters = asRow(body['parameters']);
  return foreignRows(body, company) ?? unfinishedSave(parameters, request) ?? partialSave(body, parameters);
}

function isErrorBody(body: JsonObject): boolean {
  if (textIn(body, 'ErrorMessage') !== undefined || Number(body['HttpStatus']) >= 400) return true;
  const hasResult = ['value', 'returnObj', 'parameters'].some((name) => name in body);
  return !hasResult && 'error' in body;
}

function foreignRows(body: JsonObject, company: string): FailureDescription | undefined {
  const foreign = new Set<string>();
  for (const row of allRows(body)) {
    for (const [column, value] of Object.entries(row)) {
      const isCompany = column === 'Company' || column.endsWith('_Company');
      if (isCompany && typeof value === 'string' && value !== '' && value !== company) foreign.add(value);
    }
  }
  if (foreign.size === 0) return undefined;
  const message = `asked for company ${company}, got rows of ${[...foreign].join(', ')}`;
  return { code: hiddenCodes.wrongCompany, message };
}

function unfinishedSave(
  parameters: JsonObject | undefined,
  request: HttpRequest,
): FailureDescription | undefined {
  if (!parameters) return undefined;
  const isSave = /\/Update(Master)?$/.test(request.url);
  const asks = isSave && flagIn(parameters, 'requiresUserInput') === true;
  if (flagIn(parameters, 'lUpdateRan') !== false && !asks) return undefined;
  const asked = questions.flatMap((name) => textIn(parameters, name) ?? []);
  const words = asked.length > 0 ? `: ${asked.join('; ')}` : '';
  return { code: hiddenCodes.notSaved, message: `nothing was saved${words}` };
}

function partialSave(body: JsonObject, parameters: JsonObject | undefined): FailureDescription | undefined {
  const errors = rowsOf(asRow(body['returnObj']), 'BOUpdError').flatMap(
    (row) => textIn(row, 'ErrorText') ?? [],
  );
  if (flagIn(parameters, 'errorsOccurred') !== true && errors.length === 0) return undefined;
  return { code: hiddenCodes.savedInPart, message: errors.join('; ') };
}

/** Rows wherever they stand in a body: the list of an entity set, or the tables of a dataset. */
function* allRows(body: JsonObject): Generator<JsonObject> {
  const places: (Json | undefined)[] = [
    body,
    body['ds'],
    body['returnObj'],
    asRow(body['parameters'])?.['ds'],
  ];
  for (const place of places) {
    const datasets = Array.isArray(place) ? place.map(asRow) : [asRow(place)];
    for (const dataset of datasets) {
      for (const table of Object.keys(dataset ?? {})) yield* rowsOf(dataset, table);
    }
  }
}

function odataMessage(error: JsonObject | undefined): string | undefined {
  return textIn(error, 'message') ?? textIn(asRow(error?.['message']), 'value');
}

function detailText(detail: JsonObject): string {
  const place = [textIn(detail, 'Table'), textIn(detail, 'Field')].filter((name) => name !== undefined);
  const message = textIn(detail, 'Message') ?? '';
  return place.length > 0 && message !== '' ? `${message} (${place.join('.')})` : message;
}

function xmlElement(text: string, name: string): string | undefined {
  if (!text.trimStart().startsWith('<')) return undefined;
  return new RegExp(`<(?:\\w+:)?${name}[^>]*>([^<]+)<`).exec(text)?.[1]?.trim();
}

function plainText(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/<(script|style|title)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}
