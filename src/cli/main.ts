#!/usr/bin/env node
// What programs ask all day is one file, for they wait for every file that is loaded, and for the parser.
if (process.argv.slice(2).join(' ') === 'list --json') await (await import('./listJson.js')).listJson();
else await (await import('./command.js')).command();
