import { ServiceTooHeavy } from './odata-source';
import type { RowSource } from './row-source';

/**
 * Reads through `first` until its service proves too heavy for direct reads, and from that page on through
 * `second`. Kept for one read only: a passing failure must not decide for ever.
 */
export function fallbackSource(first: RowSource, second: RowSource): RowSource {
  let current = first;
  return {
    get mode() {
      return current.mode;
    },
    async page(request) {
      try {
        return await current.page(request);
      } catch (error) {
        if (!(error instanceof ServiceTooHeavy)) throw error;
        current = second;
        // Who was skipping rows begins anew, having seen that the way is another one.
        return request.skip === 0 ? second.page(request) : [];
      }
    },
  };
}
