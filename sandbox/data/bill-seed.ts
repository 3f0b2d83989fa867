import type { WireObject } from '../http/exact-json';

/** An account, or a department, of an organization of BILL. */
export interface ClassificationSeed {
  readonly family: 'chart-of-accounts' | 'departments';
  readonly data: WireObject;
  readonly archived: boolean;
}

/** What stands in BILL before the first sync. */
export interface BillSeed {
  readonly classifications: readonly ClassificationSeed[];
  readonly vendors: readonly WireObject[];
  /** Bills entered by hand; the vendor is named as in `vendors`. */
  readonly bills: readonly {
    readonly vendor: string;
    readonly number: string;
    readonly amount: string;
    readonly date: string;
  }[];
}
