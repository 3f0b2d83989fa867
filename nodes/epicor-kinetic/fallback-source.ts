import { SystemError } from '../../runtime/connector/errors';
import { type ODataList, ServiceTooHeavy } from './odata-source';
import type { RowSource } from './row-source';

/**
 * Reads directly until the service proves too heavy for that, and from that page on through `getRows`. Where that is
 * refused, as by a site that does not have it, the failure is one like any other, and a direct read waits for it to
 * pass. Kept for one read only: a passing failure must not decide for ever.
 */
export function fallbackSource(
  direct: (onTooHeavy: ODataList['onTooHeavy']) => RowSource,
  getRows: RowSource,
): RowSource {
  let current = direct('throw-too-heavy');
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
        const rows = await getRows.page(begins ? request : { ...request, skip: 0, top: 1 });
        current = getRows;
        return begins ? rows : [];
      } catch (error) {
        if (!isRefusal(error)) throw error;
        current = direct('fail');
        return current.page(request);
      }
    },
  };
}

function isRefusal(error: unknown): boolean {
  return error instanceof SystemError && ['rejected', 'not-found'].includes(error.recovery);
}
