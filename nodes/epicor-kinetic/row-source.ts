import type { JsonObject } from '../../runtime/connector/json';
import type { Condition } from './conditions';

/** One page of one table. */
export interface PageRequest {
  readonly conditions: readonly Condition[];
  /** Ascending; columns that together are unique, so that the order is total. */
  readonly order: readonly string[];
  readonly descending?: boolean;
  /** Rows wanted; fewer may come, whatever is left. */
  readonly top: number;
  /** Rows to leave out; not with `getRows`, which counts in pages. */
  readonly skip: number;
}

/** A way of reading a table page by page. */
export interface RowSource {
  /** A source may change its way between two pages. */
  readonly mode: 'odata' | 'getRows' | 'baq';
  /**
   * Rows under the property names of the entity set. Only an empty page means that there is nothing more.
   * @throws SystemError
   */
  page(request: PageRequest): Promise<readonly JsonObject[]>;
}
