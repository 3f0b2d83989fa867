/** What every connector must hold, by number. The numbers are for talking about them; they never change. */
export const CHECKS = {
  1: 'the manifest is valid',
  2: 'no secret shows in answers, audit, log or errors',
  3: 'the manifest is compatible with the released one',
  4: 'no other host is called, not even when the system says so',
  5: 'every stream declares how it is read, and can be',
  6: 'every operation declares how it is found again, and can be',
  7: 'limits and time-outs are declared and kept to the settings',
  8: 'a ping says who and where',
  9: 'a ping names the cause',
  10: 'sessions that end are renewed once for all calls',
  11: 'a rotated secret stops the old connection and lets the new one in',
  12: 'a connection goes offline, probes, and comes back',
  13: 'all pages come, every row once',
  14: 'pages of one row, an exact multiple, one row and none',
  15: 'two full reads are equal',
  16: 'a second read lands nothing',
  17: 'every checkpoint restarts correctly',
  18: 'a cursor ahead of the system hides nothing that comes later',
  19: 'rows with the same stamp at the end of a page all come',
  20: 'a row that becomes visible late comes',
  21: 'rows that change between two pages come as they are now',
  22: 'rows without a stamp come',
  23: 'an interruption at every page loses nothing',
  24: 'a page that did not land comes again',
  25: 'a deleted row shows',
  26: 'all declared fields appear',
  27: 'rows are of the declared types, amounts digit by digit',
  28: 'dates are the same in every time zone',
  29: 'the first day is honored',
  30: 'no page is asked for before the last one has landed',
  31: 'create, again, change',
  32: 'the same document delivered twice has one effect',
  33: 'a response lost after the commit',
  34: 'a gateway error after the commit',
  35: 'a connection cut before the system saw the call',
  36: 'killed after every single call, one effect in the end',
  37: 'somebody saved the document in between',
  38: 'a document entered by hand before is adopted, or parks',
  39: 'an item of a batch fails alone',
  40: 'what was not stored as sent parks',
  41: 'an error behind a good status is no success',
  42: 'too long and unusual characters',
  43: 'what a document depends on goes first',
  44: 'one key at a time, several keys at once',
  45: 'the limit holds over several processes',
  46: 'a refused rate, with and without Retry-After',
  47: 'good and bad signatures',
  48: 'deliveries twice and in another order',
  49: 'a subscription switched off is switched on again',
  50: 'every call stands in the audit',
  51: 'a replay with another mapping changes what the mapping changes',
  52: 'all of it once more has no effect',
} as const;

export type CheckNumber = keyof typeof CHECKS;

/** One check of one system; `of` is the stream, operation or cause it is about, empty for the whole system. */
export interface Check {
  readonly number: CheckNumber;
  readonly of: string;
  /** Runs inside a test. @throws when the connector does not hold it */
  run(): Promise<void>;
}

/** A check with its own words about what it found. */
export function failed(what: string): never {
  throw new Error(what);
}
