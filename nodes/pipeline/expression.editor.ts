import { FUNCTION_DOCS } from '../../runtime/mapping/function-docs';
import type { CodeEditor, EditorNode } from './red.editor';
import type { DocumentField } from './system-view';

interface CompletionContext {
  readonly model: { readonly uri: { toString(): string } };
  fields(): readonly DocumentField[];
}

/** The part of the Monaco editor that completion needs; absent when Node-RED uses its other code editor. */
interface Monaco {
  readonly languages: {
    registerCompletionItemProvider(language: string, provider: object): { dispose(): void };
    readonly CompletionItemKind: { readonly Function: number; readonly Field: number };
  };
}

/** A JSONata editor in a dialog. Must be destroyed when the dialog closes, by OK and by Cancel. */
export interface ExpressionEditor {
  text(): string;
  onChange(callback: () => void): void;
  destroy(): void;
}

/**
 * Makes an editor in the element of this id, with completion of our functions and of the record's fields.
 * @param fields what a record holds, asked at each completion
 */
export function createExpressionEditor(
  id: string,
  text: string,
  node: EditorNode,
  fields: () => readonly DocumentField[],
): ExpressionEditor {
  const stateId = RED.editor.generateViewStateId?.('node', node, id);
  const editor = RED.editor.createEditor({
    id,
    mode: 'ace/mode/jsonata',
    value: text,
    minimap: { enabled: false },
    ...(stateId ? { stateId } : {}),
  });
  const completion = completeIn(editor, fields);
  return {
    text: () => editor.getValue(),
    onChange: (callback) => editor.getSession().on('change', callback),
    destroy() {
      completion?.dispose();
      editor.destroy();
    },
  };
}

function completeIn(
  editor: CodeEditor,
  fields: () => readonly DocumentField[],
): { dispose(): void } | undefined {
  const { monaco } = window as unknown as { monaco?: Monaco };
  const { getModel } = editor as unknown as { getModel?: () => CompletionContext['model'] };
  if (!monaco || !getModel) return undefined;
  // The provider serves every JSONata editor of the page: only this one may get answers.
  const own = getModel.call(editor).uri.toString();
  return monaco.languages.registerCompletionItemProvider('jsonata', {
    provideCompletionItems(model: CompletionContext['model']) {
      if (model.uri.toString() !== own) return { suggestions: [] };
      return { suggestions: [...functionItems(monaco), ...fieldItems(monaco, fields())] };
    },
  });
}

function functionItems(monaco: Monaco): object[] {
  return FUNCTION_DOCS.map(({ name, args, text }) => ({
    label: `$${name}`,
    kind: monaco.languages.CompletionItemKind.Function,
    insertText: `$${name}${args === '' && name === 'record' ? '' : '('}`,
    detail: args,
    documentation: text,
    sortText: `0${name}`,
  }));
}

function fieldItems(monaco: Monaco, fields: readonly DocumentField[]): object[] {
  return fields.map(({ path, type }) => ({
    label: path,
    kind: monaco.languages.CompletionItemKind.Field,
    insertText: path.replaceAll('[]', ''),
    detail: type,
    sortText: `1${path}`,
  }));
}
