// argv[3] clients of the manager at argv[2], each following the log of child 1. Says when all do, and stays.
import { connectControl } from '../../dist/control/index.js';

const [, , path, count] = process.argv;
let characters = 0;
for (let n = 0; n < Number(count); n += 1) {
  const control = await connectControl(path);
  control.logs$(1, { lines: 0, follow: true }).subscribe({
    next: ({ text }) => (characters += text.length),
    error: (error) => console.error(String(error)),
  });
}
console.log('following');
process.on('SIGTERM', () => {
  console.log(characters);
  process.exit();
});
