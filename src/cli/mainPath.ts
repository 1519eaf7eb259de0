import { fileURLToPath } from 'node:url';

/** Path of the command's program, `main.js`. The bundler places the code of this file next to it. */
export const mainPath: string = fileURLToPath(new URL('./main.js', import.meta.url));
