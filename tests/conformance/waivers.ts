import type { CheckNumber } from './check';

/** A check that a system need not hold, and why. */
export interface Waiver {
  readonly check: CheckNumber;
  /** A system, or `*` for a check that is proven for all of them elsewhere, or not yet at all. */
  readonly system: string;
  /** Stream or operation; absent: all of them. */
  readonly of?: string;
  readonly why: string;
}

/** May only shrink: `suite.test.ts` holds its length, and a waived check that passes fails. */
export const WAIVERS: readonly Waiver[] = [
  { check: 3, system: '*', why: 'no version has been released that a manifest could be compared with' },
  {
    check: 43,
    system: '*',
    why: 'dependencies are links of mappings, not of a system: proven with the mapping functions and the templates',
  },
  {
    check: 51,
    system: '*',
    why: 'mappings belong to the flow, not to a system: proven with the preview of mappings',
  },
  { check: 22, system: 'bill', why: 'BILL stamps every object itself; there is none without updatedTime' },
  {
    check: 37,
    system: 'bill',
    why: 'BILL has no row versions: the last save wins, and updates send what changed only',
  },
  {
    check: 40,
    system: 'bill',
    of: 'upsert-vendor',
    why: 'a vendor is recognized, not compared: what else it holds is the business of people in BILL',
  },
  { check: 42, system: 'bill', of: 'archive-bill', why: 'its document holds ids only' },
  {
    check: 47,
    system: 'bill',
    of: 'age',
    why: 'BILL signs no time: a delivery is known again by the id of its event',
  },
  {
    check: 22,
    system: 'avidxchange',
    why: 'AvidXchange finds rows by the day of their last change only; there is none without it',
  },
  ...['submit-vendor', 'submit-gl-code', 'submit-dimension', 'submit-purchase-order'].map(
    (of): Waiver => ({
      check: 38,
      system: 'avidxchange',
      of,
      why: 'the ERP is the master of it: what stands there under its code is made what the ERP says',
    }),
  ),
  { check: 22, system: 'acumatica', why: 'Acumatica stamps every record that has a stamp at all' },
  {
    check: 47,
    system: 'acumatica',
    of: 'age',
    why: 'Acumatica signs nothing: one static header is all, and a push only wakes a read',
  },
  {
    check: 49,
    system: 'acumatica',
    why: 'Acumatica has no calls for subscriptions: push notifications are set up by a person',
  },
  {
    check: 38,
    system: 'basware',
    of: 'payment-response',
    why: 'what is paid is told by the ERP alone, as a total: the total of now goes over whatever stands there',
  },
  {
    check: 40,
    system: 'basware',
    why: 'Basware gives back what it was sent, never what it made of it; what is in doubt is sent again, whole',
  },
  { check: 42, system: 'basware', of: 'acknowledge', why: 'its document holds ids only' },
];
