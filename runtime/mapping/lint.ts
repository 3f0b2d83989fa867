import jsonata from 'jsonata';
import type { JsonObject } from '../connector/json';
import {
  adviceForFunction,
  adviceForMinus,
  adviceForOperator,
  adviceForSort,
  adviceForTest,
} from './lint-advice';
import { DECIMAL, isDecimal, itemsOf, memberOf, type Shape } from './lint-shapes';
import { locate } from './mapping-fault';
import { isNull, type SyntaxNode as Node, nameOf } from './syntax-tree';

/** Something in an expression that would go wrong without an error. */
export interface Finding {
  readonly code: 'DECIMAL_AS_TEXT' | 'UNKNOWN_FIELD';
  /** Which expression: `document`, `rules[2].when`. */
  readonly field: string;
  readonly line?: number;
  readonly column?: number;
  readonly snippet?: string;
  /** What is wrong and what to write instead. */
  readonly message: string;
}

interface Known {
  readonly shape: Shape;
  readonly lambda?: Node;
}

type Scope = Map<string, Known>;

const RETURNS_DECIMAL = new Set(['add', 'subtract', 'multiply', 'negate', 'absolute', 'sumOf', 'round']);
/** Functions of the language that hand the items of their first argument to their second, and what they give. */
const HIGHER_ORDER: Readonly<Record<string, 'items' | 'result'>> = {
  map: 'result',
  filter: 'items',
  single: 'items',
  sort: 'items',
  reduce: 'result',
};
const KEEPS_ITEMS = new Set(['reverse', 'distinct', 'append']);

/**
 * Walks an expression with the declared shape of a row and reports what JSONata would do silently wrong: decimal
 * text compared, sorted, tested or computed with plain operators, and fields that the row does not have.
 * @param row JSON Schema of the record that the expression sees.
 * @throws what the engine throws when the text does not parse; compile first.
 */
export function lintExpression(text: string, field: string, row: JsonObject): Finding[] {
  const linter = new Linter(text, field, row);
  linter.walk(jsonata(text).ast() as unknown as Node, row, new Map());
  return linter.findings;
}

/** The same for all expressions of a mapping. */
export function lintMapping(
  mapping: {
    readonly rules: readonly { readonly when: string; readonly detail?: string }[];
    readonly document: string;
  },
  row: JsonObject,
): Finding[] {
  return [
    ...mapping.rules.flatMap(({ when, detail }, index) => [
      ...lintExpression(when, `rules[${index}].when`, row),
      ...(detail ? lintExpression(detail, `rules[${index}].detail`, row) : []),
    ]),
    ...lintExpression(mapping.document, 'document', row),
  ];
}

class Linter {
  readonly findings: Finding[] = [];
  private readonly open = new Set<Node>();

  constructor(
    private readonly text: string,
    private readonly field: string,
    private readonly root: Shape,
  ) {}

  /** Reports what is wrong in a node; gives the shape of its value as far as it is known. */
  walk(node: Node, context: Shape, scope: Scope): Shape {
    let shape = this.walkPlain(node, context, scope);
    for (const { expr } of node.predicate ?? []) if (expr) this.walk(expr, itemsOf(shape), scope);
    if (node.group) {
      this.walkPairs(node.group.lhs, itemsOf(shape), scope);
      shape = undefined;
    }
    return shape;
  }

  private walkPlain(node: Node, context: Shape, scope: Scope): Shape {
    switch (node.type) {
      case 'path':
        return this.walkPath(node, context, scope);
      case 'name':
        return this.member(node, context);
      case 'variable':
        return this.variable(node, context, scope);
      case 'binary':
        return this.walkBinary(node, context, scope);
      case 'unary':
        return this.walkUnary(node, context, scope);
      case 'bind':
        return this.walkBind(node, context, scope);
      case 'block': {
        const inner = new Map(scope);
        return (node.expressions ?? []).reduce<Shape>(
          (_, part) => this.walk(part, context, inner),
          undefined,
        );
      }
      case 'condition':
        return this.walkCondition(node, context, scope);
      case 'function':
      case 'partial':
        return this.walkCall(node, [], context, scope);
      case 'lambda':
        return this.walkLambda(node, [], context, scope);
      case 'apply':
        return this.walkApply(node, context, scope);
      case 'transform':
        if (node.update) this.walk(node.update, undefined, scope);
        return undefined;
      default:
        return undefined;
    }
  }

  private walkPath(node: Node, context: Shape, outer: Scope): Shape {
    const scope = new Map(outer);
    let shape = context;
    let at = context;
    for (const step of node.steps ?? []) {
      if (step.type === 'sort') {
        for (const { expression } of step.terms ?? []) {
          if (isDecimal(this.walk(expression, at, scope)))
            this.report('DECIMAL_AS_TEXT', step, adviceForSort(nameOf(expression)));
        }
        continue;
      }
      shape = this.walk(step, at, scope);
      for (const { expr } of step.stages ?? []) if (expr) this.walk(expr, itemsOf(shape), scope);
      if (step.focus) scope.set(step.focus, { shape: itemsOf(shape) });
      at = step.focus ? at : itemsOf(shape);
    }
    return shape;
  }

  private member(node: Node, context: Shape): Shape {
    const found = memberOf(context, String(node.value));
    if (found === 'unknown-field') {
      this.report(
        'UNKNOWN_FIELD',
        node,
        `the record has no field "${node.value}" here, so this gives nothing`,
      );
      return undefined;
    }
    return found;
  }

  private variable(node: Node, context: Shape, scope: Scope): Shape {
    if (node.value === '') return context;
    if (node.value === '$') return this.root;
    return scope.get(String(node.value))?.shape;
  }

  private walkBinary(node: Node, context: Shape, scope: Scope): Shape {
    const [left, right] = [node.lhs as Node, node.rhs as Node];
    const shapes = [this.walk(left, context, scope), this.walk(right, context, scope)];
    const operator = String(node.value);
    if (shapes.some(isDecimal) && !isNull(left) && !isNull(right)) {
      const [first, second] =
        (operator === 'and' || operator === 'or') && !isDecimal(shapes[0]) ? [right, left] : [left, right];
      const advice = adviceForOperator(operator, nameOf(first), nameOf(second));
      if (advice) this.report('DECIMAL_AS_TEXT', node, advice);
    }
    return undefined;
  }

  private walkUnary(node: Node, context: Shape, scope: Scope): Shape {
    if (node.value === '{') {
      const properties = this.walkPairs(
        (node.lhs ?? []) as readonly (readonly [Node, Node])[],
        context,
        scope,
      );
      return { type: 'object', properties, additionalProperties: true };
    }
    if (node.value === '[') {
      const shapes = (node.expressions ?? []).map((part) => this.walk(part, context, scope));
      return shapes.some(isDecimal) ? { type: 'array', items: DECIMAL } : undefined;
    }
    if (node.expression && isDecimal(this.walk(node.expression, context, scope))) {
      this.report('DECIMAL_AS_TEXT', node, adviceForMinus(nameOf(node.expression)));
    }
    return undefined;
  }

  private walkPairs(pairs: readonly (readonly [Node, Node])[], context: Shape, scope: Scope): JsonObject {
    const properties: JsonObject = {};
    for (const [key, value] of pairs) {
      this.walk(key, context, scope);
      const shape = this.walk(value, context, scope);
      if (key.type === 'string' && shape) properties[String(key.value)] = shape;
    }
    return properties;
  }

  private walkBind(node: Node, context: Shape, scope: Scope): Shape {
    const [target, value] = [node.lhs as Node, node.rhs as Node];
    if (value.type === 'lambda') {
      scope.set(String(target.value), { shape: undefined, lambda: value });
      this.walk(value, context, scope);
      return undefined;
    }
    const shape = this.walk(value, context, scope);
    scope.set(String(target.value), { shape });
    return shape;
  }

  private walkCondition(node: Node, context: Shape, scope: Scope): Shape {
    if (node.condition && isDecimal(this.walk(node.condition, context, scope))) {
      this.report('DECIMAL_AS_TEXT', node, adviceForTest(nameOf(node.condition)));
    }
    const shapes = [node.then, node.else].map((part) => part && this.walk(part, context, scope));
    return shapes.find(isDecimal) ?? shapes.find((shape) => shape !== undefined);
  }

  private walkCall(node: Node, given: readonly Shape[], context: Shape, scope: Scope): Shape {
    const called = node.procedure?.type === 'variable' ? String(node.procedure.value) : '';
    const kind = HIGHER_ORDER[called];
    const nodes = node.arguments ?? [];
    const shapes = [...given];
    let result: Shape;
    for (const argument of nodes) {
      const items = itemsOf(shapes[0]);
      if (kind && argument.type === 'lambda')
        result = this.walkLambda(argument, [items, items], context, scope);
      else shapes.push(this.walk(argument, context, scope));
    }
    const own = scope.get(called)?.lambda;
    if (own) return this.walkLambda(own, shapes, context, scope);
    if (node.procedure && !called) this.walk(node.procedure, context, scope);
    if (isDecimal(itemsOf(shapes[0]))) {
      const advice = adviceForFunction(called, given.length > 0 ? '…' : nameOf(nodes[0]));
      if (advice) this.report('DECIMAL_AS_TEXT', node, advice);
    }
    if (RETURNS_DECIMAL.has(called)) return DECIMAL;
    if (kind === 'items' || KEEPS_ITEMS.has(called)) return shapes[0];
    return kind === 'result' ? result : undefined;
  }

  private walkApply(node: Node, context: Shape, scope: Scope): Shape {
    const left = this.walk(node.lhs as Node, context, scope);
    const right = node.rhs as Node;
    if (right.type === 'function') return this.walkCall(right, [left], context, scope);
    return this.walkCall({ ...node, procedure: right, arguments: [] }, [left], context, scope);
  }

  private walkLambda(node: Node, shapes: readonly Shape[], context: Shape, scope: Scope): Shape {
    if (!node.body || this.open.has(node)) return undefined;
    this.open.add(node);
    const inner = new Map(scope);
    for (const [index, parameter] of (node.arguments ?? []).entries()) {
      inner.set(String(parameter.value), { shape: shapes[index] });
    }
    const shape = this.walk(node.body, context, inner);
    this.open.delete(node);
    return shape;
  }

  private report(code: Finding['code'], node: Node, message: string): void {
    const finding: Finding = { code, field: this.field, ...locate(this.text, node.position), message };
    // A function's body is walked once where it stands and once for each call.
    if (!this.findings.some((known) => known.line === finding.line && known.column === finding.column)) {
      this.findings.push(finding);
    }
  }
}
