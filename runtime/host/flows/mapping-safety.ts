import type { JsonObject } from '../../connector/json';
import type { Registry } from '../../connector/registry';
import { type Finding, lintExpression, lintMapping } from '../../mapping/lint';
import type { MappingRule } from '../../mapping/mapping-rule';
import { reachedUnchanged } from './flow-graph';
import { enabledNodes, type FlowNode, nameOf } from './flow-node';

/**
 * Expressions of these flows that would compare or compute decimal text as plain text or floats: JSONata does so
 * without an error, and money would be wrong. Each in a person's words, with what to write instead.
 */
export function unsafeExpressions(
  nodes: readonly FlowNode[],
  systems: Pick<Registry, 'all'>,
): readonly string[] {
  return enabledNodes(nodes)
    .filter(({ type }) => type === 'dedup')
    .flatMap((dedup) => {
      const row = rowOf(dedup, nodes, systems);
      if (!row) return [];
      const maps = reachedUnchanged(nodes, dedup.id, 'map');
      return [
        ...inWords(dedup, () => lintExpression(String(dedup['onlyWork'] || 'true'), 'only work on', row)),
        ...maps.flatMap((map) => inWords(map, () => lintMapping(mappingOf(map), row))),
      ];
    });
}

/** The declared row of the stream that a dedup node's sync reads. */
function rowOf(
  dedup: FlowNode,
  nodes: readonly FlowNode[],
  systems: Pick<Registry, 'all'>,
): JsonObject | undefined {
  const sync = nodes.find(({ id }) => id === dedup['sync']);
  const source = nodes.find(({ id }) => id === sync?.['source']);
  const module = systems.all().find(({ manifest }) => source?.type === `${manifest.system}-connection`);
  return module?.manifest.streams[String(sync?.['stream'])]?.row;
}

function mappingOf(map: FlowNode): { readonly rules: readonly MappingRule[]; readonly document: string } {
  const rules = Array.isArray(map['rules']) ? (map['rules'] as readonly MappingRule[]) : [];
  return { rules, document: String(map['document'] || 'null') };
}

function inWords(node: FlowNode, lint: () => readonly Finding[]): readonly string[] {
  return parsed(lint)
    .filter(({ code }) => code === 'DECIMAL_AS_TEXT')
    .map(({ field, line, message }) => {
      const place = line === undefined ? field : `${field}, line ${line}`;
      return `"${nameOf(node)}", ${place}: ${message}`;
    });
}

/** What does not parse is no finding: its node goes red and says where. */
function parsed(lint: () => readonly Finding[]): readonly Finding[] {
  try {
    return lint();
  } catch {
    return [];
  }
}
