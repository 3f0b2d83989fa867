import type { FieldDeclaration } from '../../runtime/connector/manifest';

/** What the editor knows of a system: the part of its manifest that dialogs need. Made at build time. */
export interface SystemView {
  readonly system: string;
  readonly title: string;
  readonly connection: readonly FieldDeclaration[];
  readonly streams: Readonly<Record<string, StreamView>>;
  readonly operations: Readonly<Record<string, OperationView>>;
  /** Options of the webhook node, where the system pushes. */
  readonly webhook?: readonly FieldDeclaration[];
}

export interface StreamView {
  readonly title: string;
  readonly help: string;
  readonly options: readonly FieldDeclaration[];
  /** What a record holds. */
  readonly row: readonly DocumentField[];
}

export interface OperationView {
  readonly title: string;
  readonly help: string;
  readonly options: readonly FieldDeclaration[];
  /** What the document may hold. */
  readonly document: readonly DocumentField[];
}

/** One field of a row or document, inner ones with their path: `Lines[].DocExtCost`. */
export interface DocumentField {
  readonly path: string;
  /** For people: `decimal`, `date`, `text`, `list`. */
  readonly type: string;
  readonly required: boolean;
  /** What the schema says beyond the type: `at most 21 characters`. */
  readonly note: string;
}
