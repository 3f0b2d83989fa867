import type { FieldDeclaration } from '../../runtime/connector/manifest';
import { type FieldValues, fillSection, readSection } from './field-values.editor';

/** The part of a dialog that shows the options of one stream or operation, out of all that the system has. */
export interface OptionSections {
  /** Shows the section of this name, none for a name without one. */
  show(name: string): void;
  /** What is filled in under the section that shows. */
  read(): FieldValues;
}

/**
 * @param declared options by stream or operation; a section of the dialog stands for each, made at build time
 * @param saved what the node holds, for the section named first
 */
export function prepareOptions(
  declared: Readonly<Record<string, readonly FieldDeclaration[]>>,
  first: string,
  saved: unknown,
): OptionSections {
  let shown = first;
  for (const [name, fields] of Object.entries(declared)) {
    fillSection(sectionOf(name), fields, name === first ? ((saved ?? {}) as FieldValues) : {});
  }
  return {
    show(name) {
      shown = name;
      $('.ml-options').hide();
      sectionOf(name).show();
    },
    read: () => readSection(sectionOf(shown), declared[shown] ?? []),
  };
}

function sectionOf(name: string): JQuery {
  return $('.ml-options').filter((_, section) => $(section).data('ml-for') === name);
}
