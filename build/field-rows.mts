import type { FieldDeclaration } from '../runtime/connector/manifest.ts';
import { attributes, html } from './markup.mts';

/**
 * One row of a dialog for a declared field: label, input, help, and the modes it is shown for.
 * Node-RED fills inputs whose id is its prefix and the name of a property; others are filled by our editor code.
 */
export function fieldRow(field: FieldDeclaration, id: string): string {
  const row = attributes({
    class: `form-row ml-field ml-field-${field.type}`,
    'data-ml-field': field.name,
    'data-ml-modes': field.requiredFor?.join(' '),
  });
  const label = `<label for="${id}">${html(field.label)}${field.required ? ' <b class="ml-required">*</b>' : ''}</label>`;
  return `<div${row}>
  ${label}
  ${input(field, id)}
  <div class="ml-hint">${html(field.help)}${environmentHint(field)}</div>
</div>`;
}

function input(field: FieldDeclaration, id: string): string {
  if (field.type === 'boolean' && !field.environment) {
    return `<input type="checkbox" id="${id}" class="ml-checkbox">`;
  }
  if (field.type === 'boolean' || field.type === 'choice') return select(field, id);
  return `<input${attributes({
    type: field.type === 'secret' ? 'password' : 'text',
    id,
    autocomplete: field.type === 'secret' ? 'new-password' : 'off',
    inputmode: field.type === 'integer' ? 'numeric' : field.type === 'decimal' ? 'decimal' : undefined,
    placeholder: placeholder(field),
    list: field.choices && suggestionsId(id),
  })}>${suggestions(field, id)}`;
}

/** What a free text may begin from. */
function suggestions(field: FieldDeclaration, id: string): string {
  if (!field.choices) return '';
  const options = field.choices.map(
    ({ value, label }) => `<option value="${html(value)}">${html(label)}</option>`,
  );
  return `<datalist id="${suggestionsId(id)}">${options.join('')}</datalist>`;
}

function suggestionsId(id: string): string {
  return `${id}-suggestions`;
}

function select(field: FieldDeclaration, id: string): string {
  const choices =
    field.type === 'boolean'
      ? [
          { value: 'true', label: 'yes' },
          { value: 'false', label: 'no' },
        ]
      : (field.choices ?? []);
  const options = choices.map(({ value, label }) => `<option value="${html(value)}">${html(label)}</option>`);
  if (field.environment) {
    options.push(
      `<option value="\${${field.environment}}">from the environment: ${field.environment}</option>`,
    );
  }
  if (field.default === undefined) options.unshift('<option value=""></option>');
  return `<select id="${id}">${options.join('')}</select>`;
}

function placeholder(field: FieldDeclaration): string | undefined {
  if (field.type !== 'secret' && field.default !== undefined) return String(field.default);
  if (field.type === 'date') return 'YYYY-MM-DD';
  if (field.type === 'list') return 'one, two, three';
  return field.environment ? `\${${field.environment}}` : undefined;
}

function environmentHint(field: FieldDeclaration): string {
  return field.environment ? ` <code>\${${field.environment}}</code>` : '';
}
