import { conditionText, type GraphService, stateText } from './graph.js';

/**
 * The graph as a Mermaid flowchart. An arrow points to a dependency.
 *
 * @see https://mermaid.js.org/syntax/flowchart.html
 */
export function toMermaid(services: readonly GraphService[]): string {
  return [
    'flowchart TD',
    ...services.map((service, index) => {
      const label = labelLines(service).map(escapeMermaid).join('<br/>');
      return `  s${String(index)}["${label}"]`;
    }),
    ...edges(services).map(({ from, to, text }) => `  s${String(from)} -->|"${text}"| s${String(to)}`),
    '',
  ].join('\n');
}

/**
 * The graph in the DOT language of Graphviz. An arrow points to a dependency.
 *
 * @see https://graphviz.org/doc/info/lang.html
 */
export function toDot(services: readonly GraphService[]): string {
  return [
    'digraph services {',
    '  node [shape=box];',
    ...services.map((service, index) => {
      const label = labelLines(service)
        .map(escapeDot)
        .join(String.raw`\n`);
      return `  s${String(index)} [label="${label}"];`;
    }),
    ...edges(services).map(({ from, to, text }) => `  s${String(from)} -> s${String(to)} [label="${text}"];`),
    '}',
    '',
  ].join('\n');
}

/** The name with the number of instances, then the state. */
function labelLines(service: GraphService): readonly string[] {
  const { label, instances } = service;
  const state = stateText(service, (each) => each);
  return [instances === 1 ? label : `${label} ×${String(instances)}`, ...(state === undefined ? [] : [state])];
}

/** The dependencies as pairs of indexes. */
function edges(
  services: readonly GraphService[],
): readonly { readonly from: number; readonly to: number; readonly text: string }[] {
  return services.flatMap(({ dependsOn }, from) =>
    Object.entries(dependsOn).map(([name, dependency]) => ({
      from,
      to: services.findIndex((other) => other.name === name),
      text: conditionText(dependency),
    })),
  );
}

/**
 * Escapes all characters that Mermaid could read as a quote, an entity, HTML or Markdown. Letters, digits, spaces, and single signs
 * between letters are safe.
 */
function escapeMermaid(text: string): string {
  return text
    .split(/((?<=[\p{L}\p{N}])[-_./](?=[\p{L}\p{N}]))/u)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/[^\p{L}\p{N}\p{M} ×,]/gu, mermaidEntity)))
    .join('');
}

function mermaidEntity(sign: string): string {
  return `#${String(sign.codePointAt(0))};`;
}

/** Escapes what DOT reads in a quoted label: quotes, backslashes, and HTML entities. */
function escapeDot(text: string): string {
  return text.replace(/["\\]/g, String.raw`\$&`).replaceAll('&', '&amp;');
}
