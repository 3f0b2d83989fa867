import { SystemError } from '../../runtime/connector/errors';

export function isNotFound(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'not-found';
}

/** Whether Airbase understood the call and refused it: the same call will be refused again. */
export function isRefusal(error: unknown): error is SystemError {
  return error instanceof SystemError && error.recovery === 'rejected';
}

/** A good status with a body that is not what was asked for. */
export function unreadable(call: string, what = 'something that is not what was asked for'): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'AIRBASE_UNREADABLE_ANSWER',
    text: `Airbase answered ${call} with ${what}.`,
    remedy: 'Nothing to do: it is repeated. If it goes on, look for a proxy between here and Airbase.',
    call,
  });
}

const notOfferedCode = 'AIRBASE_NOT_OFFERED';

export function isNotOffered(error: unknown): error is SystemError {
  return error instanceof SystemError && error.code === notOfferedCode;
}

/** This Airbase does not offer a list that was asked for. */
export function notOffered(list: string, call: string): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: notOfferedCode,
    text: `Airbase does not offer ${list} to this token.`,
    remedy: 'Have Airbase enable it, correct its path in the field "Paths", or do without it.',
    call,
  });
}

/** The connection says that its tenant has no spend API. */
export function spendApiOff(list: string): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'AIRBASE_SPEND_API_OFF',
    text: `${list} come from the spend API, which is switched off on the connection.`,
    remedy: 'Switch on "Spend API" on the connection if the tenant has it, or disable this read.',
  });
}

/** The entry is not in Airbase, or no longer shown to the ERP. */
export function entryIsGone(id: string): SystemError {
  return new SystemError({
    recovery: 'not-found',
    code: 'AIRBASE_NO_ENTRY',
    text: `Airbase has no ledger entry ${id}, or took it back into approval.`,
    remedy: 'Look for it in Airbase; when it is approved again, replay.',
    call: 'get-ledger-entry',
  });
}

/** A mark that Airbase does not take. */
export function markRefused(id: string, status: number, words: string): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'AIRBASE_NOT_MARKED',
    text: `Airbase did not mark the ledger entry ${id}.`,
    remedy: 'Look at the entry in Airbase, correct what its words name, then replay.',
    systemWords: words,
    status,
    call: 'mark-ledger-entry',
  });
}

/** Airbase does not take a key of the ERP for a vendor of its own. */
export function notLinked(id: string, reference: string, words: string): SystemError {
  return new SystemError({
    recovery: 'rejected',
    code: 'AIRBASE_NOT_LINKED',
    text: `Airbase did not take the key ${reference} for the vendor ${id}.`,
    remedy: 'Enter the key at the vendor in Airbase by hand, then replay.',
    systemWords: words,
    call: 'link-vendor',
  });
}

/** Somebody changed the entry after it was read. Nothing happened to it here. */
export function entryHasChanged(id: string): SystemError {
  return new SystemError({
    recovery: 'retry',
    code: 'AIRBASE_ENTRY_CHANGED',
    text: `The ledger entry ${id} was changed in Airbase while it was taken over.`,
    remedy: 'Nothing to do: it is read again, and what changed is posted before it is marked.',
    waitMs: 1_000,
    call: 'get-ledger-entry',
  });
}
