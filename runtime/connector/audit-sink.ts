import type { JsonObject } from './json';

/** Where every call is written down. The event is redacted already. */
export interface AuditSink {
  append(event: {
    readonly kind: 'call';
    readonly sync?: string;
    readonly recordId?: string;
    readonly detail: JsonObject;
  }): void | Promise<void>;
}
