import type { JsonObject } from '../connector/json';
import type { Finding } from './lint';

/** What would become of one record; what the map dialog shows beside it. */
export interface Preview {
  readonly version?: string;
  readonly document?: JsonObject;
  /** The record would not be sent, and why. */
  readonly outcome?: {
    readonly outcome: 'park' | 'ignore';
    readonly reason: string;
    readonly detail: Readonly<Record<string, unknown>>;
    readonly waitsFor?: { readonly sync: string; readonly key: string };
  };
  /** The mapping itself cannot work. */
  readonly error?: { readonly code: string; readonly message: string; readonly where: string };
  /** What would go wrong silently. */
  readonly findings: readonly Finding[];
}
