import type { AuditSink } from './audit-sink';
import type { SystemError } from './errors';
import type { Attempt } from './http-client';
import type { Redactor } from './redaction';
import type { HttpRequest } from './system';

/** Headers in which systems name a call. */
const requestIdHeaders = ['x-request-id', 'x-amzn-requestid', 'x-correlation-id'];
const longestId = 100;

/** Writes one attempt to the audit trail: what was asked, what came, how long it took. Never a body. */
export async function recordCall(
  parts: { readonly connection: string; readonly audit: AuditSink; readonly redactor: Redactor },
  request: HttpRequest,
  context: { readonly sync?: string | undefined; readonly recordId?: string | undefined },
  attempt: Attempt,
  error: SystemError | undefined,
  ms: number,
): Promise<void> {
  // What the other side's support asks for first.
  const requestId = requestIdHeaders.map((name) => attempt.answer?.headers[name]).find((id) => id);
  await parts.audit.append({
    kind: 'call',
    ...(context.sync === undefined ? {} : { sync: context.sync }),
    ...(context.recordId === undefined ? {} : { recordId: context.recordId }),
    detail: {
      connection: parts.connection,
      call: request.name,
      method: attempt.method,
      path: redactPath(attempt.path, parts.redactor),
      phase: attempt.phase,
      status: attempt.answer?.status ?? null,
      ms,
      bytes: attempt.bytes,
      ...(requestId === undefined ? {} : { requestId: parts.redactor.text(requestId).slice(0, longestId) }),
      outcome: error?.code ?? 'ok',
      ...(error?.systemWords === undefined ? {} : { said: error.systemWords }),
    },
  });
}

/** Path and query without secrets: parameters with a telling name lose their value, secrets go everywhere. */
function redactPath(path: string, redactor: Redactor): string {
  const [bare = '', query] = splitOnce(path, '?');
  if (query === undefined) return redactor.text(bare);
  const pairs = query.split('&').map((pair) => {
    const [name = '', value] = splitOnce(pair, '=');
    if (value === undefined) return pair;
    const shown = redactor.json({ [decoded(name)]: value });
    return `${name}=${Object.values(shown)[0]}`;
  });
  return redactor.text(`${bare}?${pairs.join('&')}`);
}

function splitOnce(text: string, mark: string): [string, string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
