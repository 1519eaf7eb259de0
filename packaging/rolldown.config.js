// The command in a few files, one for each of its parts: a command waits for every file that it loads. What it is built on
// is in them too, packages excepted. They lie one folder below dist, as the sources do, since some look for files beside it.
export default {
  input: 'src/cli/main.ts',
  platform: 'node',
  external: (/** @type {string} */ id) => !/^[./]/.test(id),
  output: { dir: 'dist/cli', chunkFileNames: '[name].chunk.js' },
  logLevel: 'warn',
};
