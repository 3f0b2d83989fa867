/** The parts of the engine's syntax tree that matter here. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly position?: number;
  readonly steps?: readonly SyntaxNode[];
  readonly stages?: readonly { readonly expr?: SyntaxNode }[];
  readonly predicate?: readonly { readonly expr?: SyntaxNode }[];
  readonly group?: { readonly lhs: readonly (readonly [SyntaxNode, SyntaxNode])[] };
  readonly lhs?: SyntaxNode | readonly (readonly [SyntaxNode, SyntaxNode])[];
  readonly rhs?: SyntaxNode;
  readonly expression?: SyntaxNode;
  readonly expressions?: readonly SyntaxNode[];
  readonly condition?: SyntaxNode;
  readonly then?: SyntaxNode;
  readonly else?: SyntaxNode;
  readonly procedure?: SyntaxNode;
  readonly arguments?: readonly SyntaxNode[];
  readonly body?: SyntaxNode;
  readonly terms?: readonly { readonly expression: SyntaxNode }[];
  readonly focus?: string;
  readonly update?: SyntaxNode;
}

/** How a part is called in advice: its path, its literal, or an ellipsis. */
export function nameOf(node: SyntaxNode | undefined): string {
  if (!node) return '…';
  if (node.type === 'number' || node.type === 'string') return JSON.stringify(node.value);
  if (node.type === 'variable') return `$${node.value}`;
  const steps = node.type === 'path' ? (node.steps ?? []) : [];
  const simple = steps.every(
    (step, index) => step.type === 'name' || (index === 0 && step.type === 'variable'),
  );
  return steps.length > 0 && simple
    ? steps.map((step) => (step.type === 'variable' ? `$${step.value}` : String(step.value))).join('.')
    : '…';
}

export function isNull(node: SyntaxNode): boolean {
  return node.type === 'value' && node.value === null;
}
