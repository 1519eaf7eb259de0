import { conditionText, type GraphService, stateText, worstState } from '../format/graph.js';
import { ASCII_TREE, graphTree, UNICODE_TREE } from '../format/graphTree.js';
import type { Io } from '../io.js';
import { STATES } from './statusTable.js';
import { type Cell, columnGap, fit, tableOf, widthOf } from './table.js';

/**
 * Formats the dependencies of services as a table, as whole lines: a tree, the states, and the conditions.
 *
 * Columns without values are left out. On a narrow terminal the names are cut so that the states are visible; the conditions are cut
 * first.
 */
export function graphTable(
  services: readonly GraphService[],
  { columns, unicode, view: { paint } }: Pick<Io, 'columns' | 'unicode' | 'view'>,
): string {
  const characters = unicode ? UNICODE_TREE : ASCII_TREE;
  const lines = graphTree(services, characters);
  const hasStates = services.some(({ states }) => states.length > 0);
  const hasEdges = lines.some(({ dependency }) => dependency !== undefined);
  const head = [
    hasEdges ? `SERVICE ${characters.lastBranch}NEEDS` : 'SERVICE',
    ...(hasStates ? ['STATE'] : []),
    ...(hasEdges ? ['MUST BE'] : []),
  ].map((text): Cell => ({ text, colour: 'bold' }));
  const rows = lines.map(({ text, service, dependency }): readonly Cell[] => [
    { text },
    ...(hasStates ? [stateCell(service)] : []),
    ...(hasEdges ? [{ text: dependency === undefined ? '' : conditionText(dependency) }] : []),
  ]);
  const stateWidth = hasStates ? Math.max(...[head, ...rows].map((cells) => widthOf(cells[1]?.text ?? ''))) : 0;
  // Some terminals wrap a line that fills the last column.
  const room = Math.max(MIN_TREE_WIDTH, columns - 1 - (hasStates ? columnGap.length + stateWidth : 0));
  const cut = [head, ...rows].map(([tree, ...others]) => [
    { ...tree, text: fit(tree?.text ?? '', Math.min(room, widthOf(tree?.text ?? ''))) },
    ...others,
  ]);
  return tableOf(cut, columns, paint, UNBOUNDED)
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

function stateCell(service: GraphService): Cell {
  const worst = worstState(service.states);
  if (worst === undefined) return { text: '-' };
  return { text: stateText(service, (state) => STATES[state].text) ?? '', colour: STATES[worst].colour };
}

/** In terminal columns. */
const MIN_TREE_WIDTH = 10;

/** No column is limited to a share of the width: the tree is cut before. */
const UNBOUNDED = -1;
