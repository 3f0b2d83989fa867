import type { JsonObject } from '../../../runtime/connector/json';

/** The ID is kept in PaymentRef, which takes 40 characters. */
export const paymentId: JsonObject = {
  type: 'string',
  minLength: 1,
  maxLength: 40,
  description: 'ID of the payment at the payer; kept as PaymentRef.',
};

const referenceNbr: JsonObject = { type: 'string', minLength: 1, maxLength: 15 };
const amount: JsonObject = { type: 'string', format: 'decimal', pattern: '^[^-]' };

function allocation(usualType: string): JsonObject {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['referenceNbr', 'amount'],
    properties: {
      type: { type: ['string', 'null'], description: `${usualType} when absent.` },
      referenceNbr,
      amount,
    },
  };
}

export const paymentDocument: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['paymentId', 'vendor', 'date', 'amount', 'currency', 'allocations'],
  properties: {
    paymentId,
    vendor: { type: 'string', minLength: 1, maxLength: 30, description: 'VendorID' },
    date: { type: 'string', format: 'date' },
    amount: { ...amount, description: 'Paid out: allocations less credits.' },
    currency: { type: 'string', minLength: 3, maxLength: 5 },
    paymentMethod: {
      type: ['string', 'null'],
      maxLength: 10,
      description: "When absent, the connection's.",
    },
    cashAccount: { type: ['string', 'null'], maxLength: 10, description: "When absent, the connection's." },
    memo: { type: ['string', 'null'], description: 'Description of the payment.' },
    allocations: { type: 'array', minItems: 1, items: allocation('Bill') },
    credits: {
      type: ['array', 'null'],
      description: 'Debit adjustments used up by this payment, with positive amounts.',
      items: allocation('Debit Adj.'),
    },
  },
};

/** Bare fields of a Check that hold amounts. */
export const checkAmounts: JsonObject = {
  type: 'object',
  properties: {
    PaymentAmount: { type: 'string', format: 'decimal' },
    Details: {
      type: 'array',
      items: { type: 'object', properties: { AmountPaid: { type: 'string', format: 'decimal' } } },
    },
  },
};
