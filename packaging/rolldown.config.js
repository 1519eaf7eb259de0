// Bundles the command line into a few files, one for each of its parts, because each file that a command loads delays it. npm
// packages stay outside. The files must be in a folder of dist: some load other files by paths relative to their own.
export default {
  input: 'src/cli/main.ts',
  platform: 'node',
  external: (/** @type {string} */ id) => !/^[./]/.test(id),
  output: { dir: 'dist/cli', chunkFileNames: '[name].chunk.js' },
  logLevel: 'warn',
};
