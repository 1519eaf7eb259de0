const light = `
.paper{fill:#fff;stroke:#d8dee4}.ink{fill:#1f2328}.soft{fill:#59636e}.line{stroke:#8c959f}.faint{stroke:#d8dee4}
.box{fill:#f6f8fa;stroke:#d8dee4}.gap{fill:#fff}
.starting{fill:#fae17d}.online{fill:#aceebb}.backingOff{fill:#ffc680}.stopping{fill:#d8b9ff}.stopped{fill:#d1d9e0}.failed{fill:#ffb1af}
.state{fill:#1f2328}
.m-go{fill:#1a7f37}.m-say{fill:#0969da}.m-bad{fill:#cf222e}.m-wait{fill:#bc4c00}.m-stop{fill:#8250df}.m-end{fill:#59636e}.m-command{fill:#1f2328}
.sign{fill:#fff}`;

const dark = `
.paper{fill:#0d1117;stroke:#3d444d}.ink{fill:#f0f6fc}.soft{fill:#9198a1}.line{stroke:#7d8590}.faint{stroke:#3d444d}
.box{fill:#151b23;stroke:#3d444d}.gap{fill:#0d1117}
.starting{fill:#6b4b00}.online{fill:#0f5323}.backingOff{fill:#7a3000}.stopping{fill:#4c2889}.stopped{fill:#3d444d}.failed{fill:#8e1519}
.state{fill:#f0f6fc}
.m-go{fill:#3fb950}.m-say{fill:#4493f8}.m-bad{fill:#ff7b72}.m-wait{fill:#f0883e}.m-stop{fill:#bc8cff}.m-end{fill:#9198a1}.m-command{fill:#f0f6fc}
.sign{fill:#0d1117}`;

const shape = `
text{font-family:ui-sans-serif,system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;font-size:13px}
.title{font-size:17px;font-weight:600}.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:12px}
.small{font-size:11px}.state{font-size:10.5px}.sign{font-size:13px;font-weight:700}.mid{text-anchor:middle}.end{text-anchor:end}
.line,.faint{fill:none;stroke-width:1.2}`;

/** The colours of a diagram, for light and dark mode. */
export const style = `${shape}${light}\n@media(prefers-color-scheme:dark){${dark}\n}`;

const kinds: Readonly<Record<string, string>> = {
  s: 'go',
  r: 'go',
  t: 'go',
  x: 'bad',
  y: 'bad',
  f: 'bad',
  g: 'bad',
  k: 'bad',
  l: 'bad',
  u: 'bad',
};

/** The class of a marble, by its letter. */
export function kindOf(sign: string): string {
  if (/[A-Z]/.test(sign)) return 'command';
  return kinds[sign] ?? { b: 'wait', p: 'stop', q: 'end', z: 'end', n: 'end' }[sign] ?? 'say';
}
