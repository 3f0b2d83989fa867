/** One business rule of a map node: when the condition holds, the record does not travel on. */
export interface MappingRule {
  /** Records never sent before, records sent before, or all. */
  readonly applies: 'new' | 'sent' | 'any';
  /** JSONata over the record, giving true or false; nothing counts as false. */
  readonly when: string;
  readonly outcome: 'park' | 'ignore';
  /** A code of the table in `reasons.ts`. */
  readonly reason: string;
  /** JSONata giving what a person needs to decide: a text, or an object of named values. */
  readonly detail?: string;
}
