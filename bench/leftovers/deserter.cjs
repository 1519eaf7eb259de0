require('node:child_process').spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }).unref();
setInterval(() => undefined, 1_000);
