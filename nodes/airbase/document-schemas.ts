import { boolean, closed, filled, listOf, text, upTo } from './schema-parts';

/** What a mapping may hand to an operation. */

const id = filled(100);
const reference = filled(255);
const name = filled(255);
const subsidiaries = listOf(reference);

export const markDocument = closed(
  {
    airbaseId: id,
    success: boolean,
    kind: upTo(40),
    reference: upTo(255),
    url: upTo(2000),
    message: upTo(4000),
    round: upTo(100),
    version: upTo(100),
  },
  ['airbaseId', 'success'],
);

export const vendorDocument = closed(
  {
    reference,
    name,
    airbaseId: upTo(255),
    active: boolean,
    email: upTo(254),
    parentReference: upTo(255),
    subsidiaries,
  },
  ['reference', 'name'],
);

export const accountDocument = closed(
  {
    reference,
    name,
    number: upTo(255),
    type: filled(60),
    category: upTo(100),
    currency: upTo(40),
    active: boolean,
    subsidiaries,
  },
  ['reference', 'name', 'type'],
);

export const dimensionDocument = closed(
  { reference, name, type: filled(60), active: boolean, subsidiaries },
  ['reference', 'name', 'type'],
);

export const linkDocument = closed({ airbaseId: id, reference, name: text }, ['airbaseId', 'reference']);
