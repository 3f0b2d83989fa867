import { SystemError } from '../../runtime/connector/errors';
import { ServiceTooHeavy } from './odata-source';
import type { RowSource } from './row-source';

/**
 * Reads through `first` until its service proves too heavy for direct reads, and from that page on through
 * `second`. Where that is refused, as by a site that does not have it, the failure is one like any other, and
 * `patient` waits for it to pass. Kept for one read only: a passing failure must not decide for ever.
 */
export function fallbackSource(first: RowSource, second: RowSource, patient: RowSource): RowSource {
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
      }
      try {
        // Who was skipping rows begins anew, having seen that the way is another one.
        const begins = request.skip === 0;
        const rows = await second.page(begins ? request : { ...request, skip: 0, top: 1 });
        current = second;
        return begins ? rows : [];
      } catch (error) {
        if (!isRefusal(error)) throw error;
        current = patient;
        return patient.page(request);
      }
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof SystemError && ['rejected', 'not-found'].includes(error.recovery);
}
