/** Why a record parks or is ignored: the one table. The console, the help and the docs show these texts. */
export interface Reason {
  readonly text: string;
  /** What a person does about it, or what releases it by itself. */
  readonly remedy: string;
}

export const REASONS = {
  'vendor-not-linked': {
    text: 'The vendor has no counterpart in the other system yet.',
    remedy: 'Released by itself when the vendor is linked. Look at the vendor in its own sync.',
  },
  'vendor-ambiguous': {
    text: 'Several vendors over there could be this one.',
    remedy: 'Choose one of the candidates and link it, or correct the master data, then replay.',
  },
  'vendor-incomplete': {
    text: 'The other system needs a field that this vendor does not have.',
    remedy: 'Fill in the named field at the source; the changed vendor is read and sent again.',
  },
  'vendor-inactive': {
    text: 'The vendor is inactive or blocked.',
    remedy: 'Reactivate it at the source; the change releases it.',
  },
  'gl-account-unmapped': {
    text: 'No account over there has this number.',
    remedy: 'Create the account with the named number in the other system, or edit the match rule.',
  },
  'account-inactive': {
    text: 'The GL account is inactive at the source.',
    remedy: 'Nothing to do: an account that becomes active is matched.',
  },
  'dimension-inactive': {
    text: 'The department or other dimension is inactive at the source.',
    remedy: 'Nothing to do: one that becomes active is sent.',
  },
  'department-unmapped': {
    text: 'No department over there matches this segment value.',
    remedy: 'Create the department, or edit the mapping of segment values.',
  },
  'number-too-long': {
    text: 'The document number is longer than the other system allows.',
    remedy: 'Choose "shorten with a hash" on the write node, or renumber the document.',
  },
  'number-in-use': {
    text: 'The number exists over there for this vendor, on another document.',
    remedy: 'Compare the two documents shown; correct one, or link them by hand.',
  },
  'near-duplicate': {
    text: 'A document of the same vendor and amount has a number that differs only in spelling.',
    remedy: 'If both are real, replay with "send anyway"; otherwise cancel one at the source.',
  },
  'currency-mismatch': {
    text: 'The document is in a currency that the vendor over there does not hold.',
    remedy: 'Use a vendor record in that currency, then replay.',
  },
  'amounts-differ': {
    text: 'The parts do not add up to the whole.',
    remedy: 'Look at the amounts shown; correct the document at the source.',
  },
  'partly-paid': {
    text: 'Part of it is already paid, or a payment is entered, so sending it would pay it twice.',
    remedy: 'Finish the payment where it was begun, or void it there; the change releases the document.',
  },
  'payment-hold': {
    text: 'The invoice is on payment hold, so no payment of it can be recorded.',
    remedy: 'Take the hold off, then replay; where the sync tries again by itself, nothing else.',
  },
  'changed-after-sent': {
    text: 'The document changed after it was sent, and the copy over there may no longer be changed.',
    remedy: 'Make the shown change over there by hand, or reverse and send anew.',
  },
  'voided-after-sent': {
    text: 'The document was voided after it was sent, and the copy over there may no longer be archived.',
    remedy: 'Stop or void the payment over there, then replay.',
  },
  'period-closed': {
    text: 'The fiscal period of the date is closed.',
    remedy: 'Open the period, or choose "first open day" on the write node, then replay.',
  },
  'not-ours': {
    text: 'It belongs to a document that did not come through here.',
    remedy: 'Nothing to do, unless it should be adopted: link it by hand and replay.',
  },
  'mapping-failed': {
    text: 'The mapping expression failed.',
    remedy: 'Correct the expression at the shown field and position, then replay.',
  },
  'schema-failed': {
    text: 'The mapped document is not one that the other system accepts.',
    remedy: 'Correct the mapping of the named field, then replay.',
  },
  'rejected-by-target': {
    text: 'The other system refused it.',
    remedy: 'Read its words below, correct the cause, then replay.',
  },
  'outcome-unknown': {
    text: 'A write may or may not have happened, and looking did not settle it.',
    remedy: 'Look in the other system, then say which it is with "resolve".',
  },
  'attempts-exhausted': {
    text: 'It failed again and again with an error that should pass.',
    remedy: 'Read the last error below; replay when its cause is gone.',
  },
  'unfinished-in-flow': {
    text: 'The message ended in the flow before any node settled it.',
    remedy: 'Look behind the named node: a switch without an otherwise, or a function that returns nothing.',
  },
  'flow-failed': {
    text: 'A node of the flow failed with an error of its own.',
    remedy: 'Read the error below, correct the node it names, then replay.',
  },
  'image-refused': {
    text: 'An image of the document cannot be sent.',
    remedy:
      'Attach a readable PDF, TIFF, PNG or JPEG of the allowed size at the source, or choose to send without it on the write node, then replay.',
  },
  'setting-missing': {
    text: 'A setting that this record needs is not filled in, or no longer fits.',
    remedy: 'Set the named variable or field, then replay.',
  },
  'feed-not-enabled': {
    text: 'The other system does not let this sign-in load master data of that kind.',
    remedy: 'Have it enabled over there, or import the shown row by hand; then replay.',
  },
  'type-unknown': {
    text: 'It is of a type that nothing is posted for.',
    remedy: 'If it should be posted, name the type on the connection, then replay.',
  },
  'not-approved': {
    text: 'Not approved for payment at the source.',
    remedy: 'Nothing to do: approval is a change, and releases it.',
  },
  'rejected-in-approval': {
    text: 'An approver in the other system rejected it.',
    remedy: 'Read the reason shown; correct or cancel the document at the source.',
  },
  'not-settled': {
    text: 'The payment is not settled yet.',
    remedy: 'Nothing to do: settlement is a change, and releases it.',
  },
  'voided-before-posted': {
    text: 'The payment failed or was voided before it was ever posted.',
    remedy: 'Nothing to do.',
  },
  unchanged: {
    text: 'Nothing that matters over there has changed.',
    remedy: 'Nothing to do.',
  },
} as const satisfies Record<string, Reason>;

export type ReasonCode = keyof typeof REASONS;
