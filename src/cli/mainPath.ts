import { fileURLToPath } from 'node:url';

/** The program of the command. The build puts this file's code beside it, whichever file uses it. */
export const mainPath: string = fileURLToPath(new URL('./main.js', import.meta.url));
