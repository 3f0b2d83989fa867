import type { FieldDeclaration, OperationDeclaration } from '../../runtime/connector/manifest';
import {
  accountDocument,
  dimensionDocument,
  linkDocument,
  markDocument,
  vendorDocument,
} from './document-schemas';

/** Entities that one call takes. */
const largestBatch = 100;

const batchSize: FieldDeclaration = {
  name: 'batchSize',
  type: 'integer',
  label: 'Batch size',
  help: `Records in one session at most; Airbase takes ${largestBatch}.`,
  default: largestBatch,
  minimum: 1,
  maximum: largestBatch,
};

const otherName = (usual: 'ask' | 'take'): FieldDeclaration => ({
  name: 'otherName',
  type: 'choice',
  label: 'The same key, another name',
  help: 'What to do the first time, when Airbase has something under this key of the ERP that is called otherwise.',
  default: usual,
  choices: [
    { value: 'ask', label: 'park, for a person to decide' },
    { value: 'take', label: 'take it, and give it the name of the ERP' },
  ],
});

const batch = { size: largestBatch, field: 'batchSize', atomic: false, updates: true } as const;

export const operationDeclarations: Readonly<Record<string, OperationDeclaration>> = {
  'mark-synced': {
    title: 'Mark an entry',
    help: 'Tells Airbase that an entry of the ledger stands in the ERP, with the number it has there as `reference`, or why it does not: people see `message`. Takes the entry out of the queue. Runs for parked records too. `round` and `version` are those of the entry: they tell apart the times that it stood in the queue, and keep what people changed meanwhile from being marked; such a record begins again.',
    document: markDocument,
    effect: 'act',
    material: ['airbaseId', 'success', 'reference', 'url', 'message', 'round', 'version'],
    businessKey: 'the entry, and what was said about it',
    reply: true,
    options: [
      {
        name: 'cardEntries',
        type: 'choice',
        label: 'Card transactions',
        help: 'Whether entries of the kind card are marked. Where Airbase refuses it as read-only they are left as they are in any case.',
        default: 'mark',
        choices: [
          { value: 'mark', label: 'mark' },
          { value: 'leave', label: 'leave as they are: Airbase is read-only for cards' },
        ],
      },
    ],
  },
  'upsert-vendor': {
    title: 'Load a vendor',
    help: 'Makes or changes a vendor under the key that it has in the ERP. One that was made in Airbase and is called the same is not doubled: a person decides, and linking it writes the key of the ERP onto it. Where the ERP keeps the id that a vendor has in Airbase, `airbaseId` links the two. A replay of a parked vendor with the option `linkTo` and the id of the vendor in Airbase links it.',
    document: vendorDocument,
    effect: 'put',
    businessKey: 'the key of the ERP',
    batch,
    options: [
      {
        name: 'namesake',
        type: 'choice',
        label: 'The same name, made in Airbase',
        help: 'What to do when a vendor without a key of the ERP is called the same.',
        default: 'ask',
        choices: [
          { value: 'ask', label: 'park, for a person to decide' },
          { value: 'link', label: 'link it, when it is the only one' },
          { value: 'create', label: 'make another vendor' },
        ],
      },
      otherName('ask'),
      batchSize,
    ],
  },
  'upsert-account': {
    title: 'Load a GL account',
    help: 'Makes or changes an account of the chart that Airbase codes with. Goes through the feed for ERPs only, never to the read-only accounts of the spend API. `type` is one of Airbase’s: expense, asset, liability, equity, income, accounts_payable, bank, credit_card. `currency` defaults to that of the subsidiary, or to the only one.',
    document: accountDocument,
    effect: 'put',
    businessKey: 'the key of the ERP',
    batch,
    options: [otherName('take'), batchSize],
  },
  'upsert-dimension': {
    title: 'Load a dimension value',
    help: 'Makes or changes a tag: `type` is department, class, location or project. Keys are one space for all types.',
    document: dimensionDocument,
    effect: 'put',
    businessKey: 'the key of the ERP',
    batch,
    options: [otherName('take'), batchSize],
  },
  'link-vendor': {
    title: 'Link a vendor made in Airbase',
    help: 'Writes the key of the ERP onto a vendor that was made in Airbase. A key that is set cannot be changed, and no two vendors have the same.',
    document: linkDocument,
    effect: 'act',
    material: ['airbaseId', 'reference'],
    businessKey: 'the vendor and the key of the ERP',
    options: [],
  },
};
