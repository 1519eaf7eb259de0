import ts from 'typescript';

/** The operator call of a policy, from its source: the diagram shows the code that ran. */
export function callOf(source: string): readonly string[] {
  const file = ts.createSourceFile('policy.ts', source, ts.ScriptTarget.Latest, true);
  let body: ts.Node | undefined;
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'policy' && ts.isArrowFunction(node.initializer)) {
      body = node.initializer.body;
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  // The parameters of `policy` are not of interest to readers.
  const text = ts.isBlock(body!)
    ? body.statements.map((statement) => statement.getFullText()).join('')
    : body!.getText();
  const call = text.trim().replace(/stream\$\('(\w+\$)'\)/g, '$1');
  const lines = call.replace(/\)\(command\$\)$/, ')').split('\n');
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const indent = Math.min(...rest.map((line) => line.search(/\S/)));
  return lines.map((line, index) => (index === 0 ? line : line.slice(indent === Infinity ? 0 : indent)).trimEnd());
}
