import type { Json, JsonObject } from '../../runtime/connector/json';
import type { FailureDescription, HttpAnswer, HttpRequest } from '../../runtime/connector/system';

/**
 * Codes that decide what to do next, most telling first: BILL reports all problems of a call together, and a
 * throttle or a dead session hides behind others.
 */
const tellingCodes = [
  'BDC_1322',
  'BDC_1144',
  'BDC_1107',
  'BDC_1103',
  'BDC_1102',
  'BDC_1101',
  'BDC_1110',
  'BDC_1113',
  'BDC_1361',
  'BDC_1109',
  'BDC_1171',
];

const longestMessage = 1000;

interface Complaint {
  readonly code: string | undefined;
  readonly category: string | undefined;
  readonly message: string | undefined;
}

/**
 * Reads a failed answer. The usual body is an array of `{code, severity, category, message}`; objects with
 * `message` or `errors`, the envelope of API v2, HTML and an empty body are understood too.
 */
export function describeFailure(answer: HttpAnswer): FailureDescription {
  const complaints = complaintsOf(answer.json);
  const main =
    tellingCodes.flatMap((code) => complaints.find((complaint) => complaint.code === code) ?? [])[0] ??
    complaints.find((complaint) => complaint.code !== undefined);
  const message = wordsOf(complaints) || plainText(answer.text) || `HTTP ${answer.status} without a message`;
  return {
    ...(main?.code === undefined ? {} : { code: main.code }),
    ...(main?.category === undefined ? {} : { type: main.category }),
    message: message.slice(0, longestMessage),
  };
}

/** An error body that came with a good status: the envelope of API v2, or nothing but errors in an array. */
export function findHiddenFailure(answer: HttpAnswer, _request: HttpRequest): FailureDescription | undefined {
  const { json } = answer;
  if (isObject(json) && json['response_status'] === 1) return describeFailure(answer);
  if (Array.isArray(json) && json.length > 0 && json.every(isErrorElement)) return describeFailure(answer);
  return undefined;
}

function isErrorElement(element: Json): boolean {
  return (
    isObject(element) &&
    /^BDC_\d+$/.test(textOf(element['code']) ?? '') &&
    !['WARNING', 'INFORMATION'].includes(textOf(element['severity']) ?? 'ERROR')
  );
}

function complaintsOf(body: Json | undefined): Complaint[] {
  if (typeof body === 'string') return [{ code: undefined, category: undefined, message: body }];
  if (Array.isArray(body)) return body.flatMap(complaintsOf);
  if (!isObject(body)) return [];
  const inner = ['errors', 'error', 'response_data'].flatMap((name) =>
    body[name] !== null && typeof body[name] === 'object' ? complaintsOf(body[name]) : [],
  );
  const own: Complaint = {
    code: textOf(body['code'] ?? body['error_code'] ?? body['errorCode']),
    category: textOf(body['category']),
    message: textOf(body['message'] ?? body['error_message'] ?? body['detail'] ?? body['error']),
  };
  return own.code === undefined && own.message === undefined ? inner : [own, ...inner];
}

/** The messages once each; BILL may repeat one with `<id> : ` before it. */
function wordsOf(complaints: readonly Complaint[]): string {
  const messages = complaints.flatMap((complaint) =>
    complaint.message === undefined
      ? []
      : `${complaint.code === undefined ? '' : `${complaint.code} `}${complaint.message.replace(/^\w{20} : /, '')}`,
  );
  return [...new Set(messages)].join('; ');
}

function plainText(text: string): string {
  return text
    .slice(0, 4000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300);
}

function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
