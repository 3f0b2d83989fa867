/** The parts of Node-RED's editor (5.0) that the dialogs use. Types only; the editor provides the rest. */

export interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  name?: string;
  _(key: string, values?: Readonly<Record<string, unknown>>): string;
  [property: string]: unknown;
}

export interface CodeEditor {
  getValue(): string;
  setValue(text: string): void;
  destroy(): void;
  focus(): void;
  resize?(): void;
  getSession(): { on(event: 'change', callback: () => void): void };
}

export interface NodeDefinition {
  readonly category: string;
  readonly [property: string]: unknown;
}

export interface RedEditor {
  _(key: string, values?: Readonly<Record<string, unknown>>): string;
  readonly nodes: {
    registerType(type: string, definition: object): void;
    getType(type: string): NodeDefinition | undefined;
    node(id: string): EditorNode | null | undefined;
    eachConfig(visit: (node: EditorNode) => boolean | undefined): void;
    getAllUpstreamNodes(node: EditorNode): EditorNode[];
    getNodeLinks(node: EditorNode): { readonly source: EditorNode; readonly target: EditorNode }[];
  };
  readonly editor: {
    createEditor(options: {
      id?: string;
      element?: HTMLElement;
      mode: string;
      value: string;
      stateId?: string;
      minimap?: { enabled: boolean };
    }): CodeEditor;
    generateViewStateId?(kind: string, node: EditorNode, name: string): string;
  };
}

/** A problem with a value: true when it is good, else what is wrong. */
export type Validity = true | string;

export type Validator = (this: EditorNode, value: unknown, options?: object) => Validity;

interface EditableListOptions<Item> {
  addItem(row: JQuery, index: number, item: Item): void;
  removable?: boolean;
  sortable?: boolean | string;
  addButton?: boolean | string;
  header?: JQuery;
  height?: number | 'auto';
  sortItems?(items: JQuery[]): void;
  removeItem?(item: Item): void;
}

declare global {
  const RED: RedEditor;
  interface JQuery {
    editableList<Item>(options: EditableListOptions<Item>): JQuery;
    editableList(method: 'addItem' | 'addItems', value: unknown): JQuery;
    editableList(method: 'items'): JQuery;
    editableList(method: 'height', value: number): JQuery;
    editableList(method: 'width', value: number): JQuery;
    editableList(method: 'length'): number;
    i18n(): JQuery;
  }
}
