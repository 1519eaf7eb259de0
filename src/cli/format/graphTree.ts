import type { Dependency } from '../../model/spec/dependsOn.js';
import type { GraphService } from './graph.js';

/** A line of the tree: a service, and what it must have reached for the service above it. */
export interface TreeLine {
  /** The branch and the service: `├─ db ×2`. */
  readonly text: string;
  readonly service: GraphService;
  /** Undefined for a service on which no other one depends. */
  readonly dependency: Dependency | undefined;
}

/** The characters of a tree. */
export interface TreeCharacters {
  readonly branch: string;
  readonly lastBranch: string;
  readonly line: string;
  readonly times: string;
}

/**
 * Draws services as trees: below each service are its dependencies.
 *
 * ```text
 * web ×2
 * ├─ api
 * │  └─ db
 * └─ auth
 *    └─ db
 * ```
 *
 * The dependencies of a service are drawn once. Where it appears again, the line ends with `(above)`.
 *
 * @param services a graph without a cycle
 */
export function graphTree(services: readonly GraphService[], characters: TreeCharacters): readonly TreeLine[] {
  const needed = new Set(services.flatMap(({ dependsOn }) => Object.keys(dependsOn)));
  const drawn = new Set<GraphService>();

  const lines = (
    service: GraphService,
    dependency: Dependency | undefined,
    indent: { readonly first: string; readonly rest: string },
  ): readonly TreeLine[] => {
    const times = service.instances === 1 ? '' : ` ${characters.times}${String(service.instances)}`;
    const below = Object.entries(service.dependsOn);
    const isRepeated = below.length > 0 && drawn.has(service);
    drawn.add(service);
    const text = `${indent.first}${service.label}${times}${isRepeated ? ' (above)' : ''}`;
    const line = { text, service, dependency };
    if (isRepeated) return [line];
    return [
      line,
      ...below.flatMap(([name, each], index) => {
        const isLast = index === below.length - 1;
        const next = {
          first: indent.rest + (isLast ? characters.lastBranch : characters.branch),
          rest: indent.rest + (isLast ? '   ' : characters.line),
        };
        return services.filter((other) => other.name === name).flatMap((other) => lines(other, each, next));
      }),
    ];
  };

  return services
    .filter(({ name }) => name === undefined || !needed.has(name))
    .flatMap((service) => lines(service, undefined, { first: '', rest: '' }));
}

export const UNICODE_TREE: TreeCharacters = { branch: '├─ ', lastBranch: '└─ ', line: '│  ', times: '×' };
export const ASCII_TREE: TreeCharacters = { branch: '|- ', lastBranch: '`- ', line: '|  ', times: 'x' };
