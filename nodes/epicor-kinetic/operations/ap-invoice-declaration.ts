import type { JsonObject } from '../../../runtime/connector/json';
import type { FieldDeclaration, OperationDeclaration } from '../../../runtime/connector/manifest';

const amount = (description: string): JsonObject => ({ type: 'string', format: 'decimal', description });
const optionalText = (description: string): JsonObject => ({ type: ['string', 'null'], description });
const optionalDay = (description: string): JsonObject => ({
  type: ['string', 'null'],
  format: 'date',
  description,
});

const account: Readonly<Record<string, JsonObject>> = {
  glAccount: {
    type: 'string',
    minLength: 1,
    maxLength: 200,
    description:
      'Segments joined by a bar (`6100|10|200`), the key of the stream gl-accounts, or as people write it.',
  },
  coa: optionalText("Chart of accounts; the connection's when absent."),
};

const line: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['description', 'amount'],
  properties: {
    description: { type: 'string', minLength: 1, maxLength: 1000 },
    amount: amount('Extended amount of the line.'),
    quantity: { type: ['string', 'null'], format: 'decimal' },
    poNum: { type: ['string', 'integer', 'null'], description: 'Purchase order, as the sender writes it.' },
    poLine: { type: ['integer', 'null'] },
    poRelease: { type: ['integer', 'null'] },
    packSlip: optionalText('Receipt that the line is for, where several wait for their invoice.'),
    packLine: { type: ['integer', 'null'], description: 'Its line.' },
    distributions: {
      type: ['array', 'null'],
      description:
        'Accounts that the line is charged to. Without any, Epicor takes the account of the order or the vendor.',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['amount', 'glAccount'],
        properties: { amount: amount('Share of the line.'), ...account },
      },
    },
  },
};

const extra = (description: string): JsonObject => ({
  type: ['array', 'null'],
  description,
  items: {
    type: 'object',
    additionalProperties: false,
    required: ['description', 'amount', 'glAccount'],
    properties: {
      description: { type: 'string', minLength: 1, maxLength: 1000 },
      amount: amount('Amount.'),
      ...account,
    },
  },
});

const invoiceDocument: JsonObject = {
  type: 'object',
  additionalProperties: false,
  required: ['documentId', 'vendorNum', 'invoiceNum', 'type', 'invoiceDate', 'currency', 'amount', 'lines'],
  properties: {
    documentId: {
      type: 'string',
      minLength: 1,
      maxLength: 100,
      description: 'ID of the document in the system it comes from. Kept with the invoice.',
    },
    vendorNum: { type: 'integer', minimum: 1 },
    invoiceNum: { type: 'string', minLength: 1, maxLength: 50, description: 'Unique for its vendor.' },
    type: { type: 'string', enum: ['invoice', 'debit-memo'] },
    invoiceDate: { type: 'string', format: 'date' },
    dueDate: optionalDay('By the terms when absent.'),
    applyDate: optionalDay('Date in the general ledger; the invoice date when absent.'),
    currency: { type: 'string', minLength: 3, maxLength: 4 },
    amount: amount('Total: lines, charges and taxes. Positive for a debit memo too.'),
    payHold: {
      type: ['boolean', 'null'],
      description: "Not to be paid by Epicor; the vendor's default when absent.",
    },
    termsCode: optionalText("Payment terms; the vendor's when absent."),
    description: optionalText('Short text of the invoice.'),
    comment: optionalText('Long text of the invoice.'),
    invoiceRef: optionalText('Number of the invoice that a debit memo relates to.'),
    lines: { type: 'array', minItems: 1, items: line },
    charges: extra('Freight and the like, each entered as a line of its own.'),
    taxes: extra('Taxes as the sender computed them, each entered as a line of its own.'),
  },
};

/** Options of every operation that enters an AP invoice. */
export const entryOptions: readonly FieldDeclaration[] = [
  {
    name: 'posting',
    type: 'choice',
    label: 'Posting',
    help: 'Leave the verified invoice in its group for a person, or submit a group of its own to be posted and wait for it.',
    default: 'leave',
    choices: [
      { value: 'leave', label: 'leave in the group' },
      { value: 'submit', label: 'submit' },
    ],
  },
  {
    name: 'strategy',
    type: 'choice',
    label: 'Saved by',
    help: 'One call that commits header, lines and accounts together, or the steps of the screen for a build that does not take them together. What is saved is read back either way.',
    default: 'updateMaster',
    choices: [
      { value: 'updateMaster', label: 'UpdateMaster, one call' },
      { value: 'updateExt', label: 'UpdateExt, one call' },
      { value: 'screen', label: 'steps of the screen' },
    ],
  },
  {
    name: 'undo',
    type: 'choice',
    label: 'What cannot be repaired',
    help: 'An invoice that Epicor keeps saving wrongly parks. It stays there for a person, who is told what to undo, or is deleted while it is not posted.',
    default: 'tell',
    choices: [
      { value: 'tell', label: 'leave it and say what to undo' },
      { value: 'delete', label: 'delete it' },
    ],
  },
  {
    name: 'purchaseOrders',
    type: 'choice',
    label: 'Purchase orders',
    help: 'Match lines with the order lines they name, received ones with their receipt; or only name the order in text. An order that Epicor does not have for the vendor is named in text either way.',
    default: 'match',
    choices: [
      { value: 'match', label: 'match' },
      { value: 'text', label: 'as text' },
    ],
  },
  {
    name: 'checkAccounts',
    type: 'boolean',
    label: 'Look up accounts',
    help: 'Park what names an account that is not in the chart of accounts or not active. Switch off only where Epicor makes account combinations by itself; EPICOR_COA must be set then.',
    default: true,
  },
  {
    name: 'addedTax',
    type: 'choice',
    label: 'Tax that Epicor adds',
    help: 'The total is the one of the sender, who computed the tax. When Epicor adds tax by the tax region of the vendor, the invoice parks, or loses its tax region.',
    default: 'park',
    choices: [
      { value: 'park', label: 'park' },
      { value: 'clear', label: 'clear the tax region' },
    ],
  },
  {
    name: 'memoSign',
    type: 'choice',
    label: 'Amounts of debit memos',
    help: 'How amounts of a debit memo are entered. Epicor stores them negative; its screen shows them positive.',
    default: 'positive',
    choices: [
      { value: 'positive', label: 'positive, as on the screen' },
      { value: 'negative', label: 'negative, as stored' },
    ],
  },
  {
    name: 'postWaitSeconds',
    type: 'integer',
    label: 'Wait for posting (seconds)',
    help: 'How long one attempt waits until Epicor has posted. After that the invoice is looked at again later.',
    default: 60,
    minimum: 1,
    maximum: 600,
  },
  {
    name: 'agent',
    type: 'text',
    label: 'System agent',
    help: 'ID of the system agent that posts.',
    default: 'SystemTaskAgent',
  },
  {
    name: 'postProgram',
    type: 'text',
    label: 'Program',
    help: 'Name of the program that the posting is submitted as.',
    default: 'Erp.UI.APInvoicePost',
  },
];

export const createApInvoice: OperationDeclaration = {
  title: 'Create an AP invoice',
  help: 'Enters an AP invoice or debit memo with its coding in one call, reads it back and verifies every line. What Epicor saved wrongly is repaired; what cannot be repaired parks with a hint what to undo.',
  document: invoiceDocument,
  effect: 'put',
  material: [
    'documentId',
    'vendorNum',
    'invoiceNum',
    'type',
    'invoiceDate',
    'dueDate',
    'applyDate',
    'currency',
    'amount',
    'payHold',
    'lines',
    'charges',
    'taxes',
  ],
  nearKey: ['vendorNum', 'amount', 'currency', 'invoiceNum'],
  businessKey: 'vendor number and invoice number; the ID of the document tells our own from others',
  options: [
    {
      name: 'postedChange',
      type: 'choice',
      label: 'Changed after posting',
      help: 'An invoice that is posted cannot be changed. What changed afterwards parks; or an invoice of which nothing is paid is taken back by a debit memo with the same lines, numbered -REV, and entered anew, numbered -R2 and so on.',
      default: 'park',
      choices: [
        { value: 'park', label: 'park' },
        { value: 'reverse', label: 'reverse it and enter it anew' },
      ],
    },
    ...entryOptions,
  ],
};
